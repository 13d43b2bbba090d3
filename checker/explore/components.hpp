// SPDX-License-Identifier: MIT
// A world taken apart: actors, pages, pipes and processes, each as a number.
//
// A step touches one actor's part and a page or two, so the same few pairs of parts meet again and
// again: that is what Transitions remembers. Taking states apart like this is Holzmann's collapse
// ("State compression in SPIN", 1997); remembering steps by the parts they touch is LTSmin's
// transition caching (Blom, van de Pol, Weber, CAV 2010).
#pragma once

#include <atomic>
#include <mutex>
#include <vector>

#include "checker/explore/checkpoint.hpp"
#include "checker/explore/interner.hpp"
#include "checker/explore/layout.hpp"
#include "checker/explore/symmetry.hpp"
#include "model/machine/footprint.hpp"
#include "properties/property.hpp"

namespace pincheck::explore {

/// An actor's part of the world: its request and where its two threads stand.
struct ActorPart {
  Request request;
  std::array<Thread, 2> thread;
  bool operator==(const ActorPart&) const = default;
};

/// A page's: itself and its PTEs, which change together more often than not.
struct PagePart {
  Page page;
  std::array<Pte, kMaxMms> pte;  ///< by address space
  bool operator==(const PagePart&) const = default;
};

/// What an actor's part says by itself, for each of its two threads.
struct ActorInfo {
  struct OfThread {
    bool finished = false;
    PageSet pages = 0;           ///< whose state its step needs
    bool rings = false;          ///< and those of the pages in pipes
    std::uint8_t pipes = 0;      ///< and those pipes
    std::uint8_t processes = 0;  ///< and those processes
    bool everybody = false;      ///< it looks at or changes other actors' parts for sure
    bool merges = false;         ///< its step touches nothing that anybody else ever will
    Footprint future;            ///< of all its steps from here on
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
  const std::array<int, kMaxFields>& families() const { return family_; }
  int fields() const { return process_field(system_.processes); }
  int page_field(int page) const { return system_.actors + page; }
  int pipe_field(int pipe) const { return system_.actors + system_.pages + pipe; }
  int process_field(int process) const {
    return system_.actors + system_.pages + system_.pipes + process;
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
    return infos_[class_[actor]][number];
  }
  /// Pages in a pipe with this number.
  PageSet ring_pages(std::uint32_t number) const;
  std::size_t bytes() const;

  /// Notes that an outcome, an index into System::outcomes, can be taken. From any thread.
  void note_taken(std::uint32_t outcome) { taken_[outcome].store(true, std::memory_order_relaxed); }
  std::vector<bool> taken() const { return {taken_.begin(), taken_.end()}; }

  void save(CheckpointWriter&) const;
  /// Into one that has no numbers yet.
  void load(CheckpointReader&);

 private:
  std::uint32_t number_of(int actor, const ActorPart& part);
  ActorInfo describe(int actor, const ActorPart& part) const;

  const System& system_;
  Watched watched_;
  PropertySet enders_;
  std::array<int, kMaxActors> class_{};  ///< index of the first actor that is like it
  std::array<int, kMaxFields> family_{};
  /// By class: whatever actors other than one of the class can ever do.
  std::array<Footprint, kMaxActors> others_{};
  mutable std::mutex mutex_;
  std::array<Interner<ActorPart>, kMaxActors> parts_;  ///< by class
  std::array<StableVector<ActorInfo>, kMaxActors> infos_;
  Interner<PagePart> pages_;
  Interner<Pipe> pipes_;
  std::vector<std::atomic<bool>> taken_;
};

}  // namespace pincheck::explore
