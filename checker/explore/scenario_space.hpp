// SPDX-License-Identifier: MIT
// checker/explore: uses checker/search; used by shrinkers, checker/story.
// A system's states as keys, whose layout grows with what is met.
#pragma once

#include <initializer_list>
#include <mutex>
#include <vector>

#include "checker/explore/checkpoint.hpp"
#include "checker/explore/components.hpp"
#include "properties/run.hpp"

namespace pincheck::explore {

/// The reductions in use; why each is sound is in transitions.hpp and symmetry.hpp.
struct Reductions {
  bool merge = true;
  bool partial_order = true;
  /// Off by default: in these systems it costs more time than it saves, and with several workers
  /// the number of states would depend on who comes first.
  bool sleep = false;
  bool symmetry = true;

  static constexpr Reductions none() { return only({}); }
  static constexpr Reductions only(std::initializer_list<bool Reductions::*> wanted) {
    Reductions some{.merge = false, .partial_order = false, .sleep = false, .symmetry = false};
    for (const auto one : wanted) some.*one = true;
    return some;
  }
  bool operator==(const Reductions&) const = default;
};

/// A system's states as keys; the part of a search that all its workers share.
class ScenarioSpace {
 public:
  class Worker;

  /// `system` must outlive this. Merging, partial order and sleep sets are not used for a system
  /// that has a loop, whatever is `wanted`, and no reduction where one of those who watch does not
  /// say what it reads. A violation of `enders` ends the run.
  ScenarioSpace(const System& system, const Reductions& wanted, const Watched& = watched(),
                PropertySet enders = run_enders());

  const System& system() const { return components_.system(); }
  const Reductions& reductions() const { return reductions_; }
  const Symmetries& symmetries() const { return symmetries_; }
  int key_bits() const { return layout_.bits(); }
  bool sleeps() const { return reductions_.sleep; }
  /// The start, or with merging the states that local steps lead to from there.
  std::vector<Key> initial();
  /// Properties violated on the way to those.
  PropertySet violated_at_start() const { return violated_at_start_; }
  /// 64 bits of hash that stay the same when the layout changes.
  std::uint64_t fingerprint(Key key) const;
  World unpack(Key key) const;
  /// The key of a world; widens the layout where needed.
  Key pack(const World& world, bool ended);
  /// Bytes that numbers and what belongs to them take.
  std::size_t bytes() const { return components_.bytes(); }

  const Layout& layout() const { return layout_; }
  /// Remembers a number that the layout has no room for. From any thread.
  void ask_for_room(int field, std::uint32_t number);
  /// Makes room for the numbers that workers had none for. They take the new layout over with
  /// Worker::adopt. Returns the old one. Throws std::bad_alloc, and changes nothing, where they do
  /// not fit into a key.
  Layout widen();
  /// A key of an older layout in the present one.
  Key repack(const Layout& old, Key key) const { return old.repack(key, layout_); }
  Components& components() { return components_; }

  void save(CheckpointWriter&) const;
  /// Into a space of the same system and reductions that has seen nothing yet.
  void load(CheckpointReader&);

 private:
  Components components_;
  Layout layout_;
  Reductions reductions_;
  Symmetries symmetries_;
  PropertySet violated_at_start_ = 0;
  std::mutex mutex_;
  std::array<std::uint32_t, kMaxFields> asked_{};  ///< largest number without room, by field
};

}  // namespace pincheck::explore
