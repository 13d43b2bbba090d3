// SPDX-License-Identifier: MIT
// checker/explore: uses checker/search; used by shrinkers, checker/story.
// A world taken apart: each of its parts (see Parts) as a number.
//
// A step touches one actor's part and a page or two, so the same few pairs of parts meet again and
// again: that is what Transitions remembers. Taking states apart like this is Holzmann's collapse
// ("State compression in SPIN", 1997); remembering steps by the parts they touch is LTSmin's
// transition caching (Blom, van de Pol, Weber, CAV 2010).
#pragma once

#include <atomic>
#include <bit>
#include <mutex>
#include <tuple>
#include <vector>

#include "checker/explore/checkpoint.hpp"
#include "checker/explore/interner.hpp"
#include "checker/explore/layout.hpp"
#include "checker/explore/symmetry.hpp"
#include "model/machine/footprint.hpp"
#include "properties/property.hpp"

namespace pincheck::explore {

/// Parts that are not an actor's, bit i for the i-th field behind the actors'.
using FieldSet = std::uint32_t;
static_assert(kMaxFields - kMaxActors <= 32);

/// What an actor's part says by itself, for each of its two threads.
struct ActorInfo {
  struct OfThread {
    bool finished = false;
    FieldSet fields = 0;     ///< whose state its step needs
    bool rings = false;      ///< and those of pages in pipes, whichever they are
    bool everybody = false;  ///< it looks at or changes other actors' parts for sure
    bool merges = false;     ///< its step touches nothing that anybody else ever will
    Footprint future;        ///< of all its steps from here on
  };
  std::array<OfThread, 2> thread;
  Footprint outside;     ///< both futures, as far as other actors see them
  bool settled = false;  ///< it has finished, or counts as not being there
};

/// Numbers for the parts of worlds. Like actors share their numbers. Adding takes the lock; what
/// has a number can be read without.
class Components {
 public:
  /// `system` must outlive this; `watched` is what the monitors read, and a violation of `enders`
  /// ends the run.
  Components(const System& system, Watched watched, PropertySet enders);

  const System& system() const { return system_; }
  const Watched& watched() const { return watched_; }
  PropertySet enders() const { return enders_; }
  /// The field of a part, and the part of a field.
  const Fields& fields() const { return fields_; }
  /// By field, the first one that is like it.
  const std::array<int, kMaxFields>& families() const { return family_; }
  FieldSet bit_of(int field) const { return FieldSet{1} << (field - system_.actors); }
  /// Calls use(field) for each field of a set, in order.
  template <class Use>
  void for_each(FieldSet set, const Use& use) const {
    for (; set != 0; set &= set - 1) use(system_.actors + std::countr_zero(set));
  }

  /// The number of a field's part of the world.
  std::uint32_t number(int field, const World& world);
  /// The number of the part once renamed.
  std::uint32_t renamed(int field, std::uint32_t number, const Renaming& to);
  /// A hash of the part's content: an order of parts that does not depend on who was seen first.
  std::uint64_t rank(int field, std::uint32_t number) const;
  /// Writes a field's part into the world.
  void write(int field, std::uint32_t number, World& world) const;
  /// Whether the parts of a field are the same in both worlds.
  bool same(int field, const World& a, const World& b) const;

  const ActorInfo& info(int actor, std::uint32_t number) const {
    return infos_[family_[actor]][number];
  }
  /// The fields of the pages in a pipe with this number.
  FieldSet ring_pages(std::uint32_t number) const {
    return numbers<PipePart>(0)[number].pages();  // pages come right behind actors
  }
  std::size_t bytes() const;

  /// Notes that an outcome, an index into System::outcomes, can be taken. From any thread.
  void note_taken(std::uint32_t outcome) { taken_[outcome].store(true, std::memory_order_relaxed); }
  std::vector<bool> taken() const { return {taken_.begin(), taken_.end()}; }

  void save(CheckpointWriter&) const;
  /// Into one that has no numbers yet.
  void load(CheckpointReader&);

 private:
  /// Actors are only numbered together where they are alike, others by kind.
  template <class Part>
  static constexpr int kGroups = std::is_same_v<Part, ActorPart> ? kMaxActors : 1;
  template <class Part>
  using Numbers = std::array<Interner<Part>, static_cast<std::size_t>(kGroups<Part>)>;
  template <class List>
  struct Interners;
  template <class... Part>
  struct Interners<std::tuple<Part...>> {
    std::tuple<Numbers<Part>...> all;
  };
  template <class Part>
  Interner<Part>& numbers(int index) {
    return std::get<Numbers<Part>>(interners_.all)[group<Part>(index)];
  }
  template <class Part>
  const Interner<Part>& numbers(int index) const {
    return std::get<Numbers<Part>>(interners_.all)[group<Part>(index)];
  }
  template <class Part>
  std::size_t group(int index) const {
    return static_cast<std::size_t>(std::is_same_v<Part, ActorPart> ? family_[index] : 0);
  }

  void find_families();
  template <class Part>
  std::uint32_t number_of(int index, const Part& part);
  ActorInfo describe(int actor, const ActorPart& part) const;
  FieldSet touched_by(const Footprint&) const;

  const System& system_;
  Watched watched_;
  PropertySet enders_;
  Fields fields_;
  std::array<int, kMaxFields> family_{};
  /// By family: whatever actors other than one of the family can ever do.
  std::array<Footprint, kMaxActors> others_{};
  mutable std::mutex mutex_;
  Interners<Parts::All> interners_;
  std::array<StableVector<ActorInfo>, kMaxActors> infos_;  ///< by family
  std::vector<std::atomic<bool>> taken_;
};

}  // namespace pincheck::explore
