// SPDX-License-Identifier: MIT
// checker/search: uses properties, model/compile; used by checker/explore.
// The states a search has seen and the steps between them, so that no step is computed twice.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "checker/search/scheduler.hpp"
#include "properties/run.hpp"

namespace pincheck::search {

/// Memoises the interpreter and the monitors. This is exact: what a step does, which steps are
/// enabled, and what the monitors say are functions of the System and the World alone, and states
/// are the same only when all bytes of their worlds are. Grows as steps are taken; a step between
/// known states allocates nothing.
class StateGraph {
 public:
  /// States that are remembered by default: some 60 MB.
  static constexpr std::uint32_t kMaxStates = 1U << 18;

  /// Where a run stands.
  struct Place {
    std::uint32_t first = 0;    ///< its state's block of slots
    std::uint32_t movable = 0;  ///< bit per thread that can take a step; 0 where the run ends
  };

  /// A step taken.
  struct Edge {
    Place to;
    std::uint32_t outcome = 0;  ///< index into System::outcomes
    PropertySet found = 0;      ///< violated in this very step
  };

  /// `system` must outlive the graph. States beyond `max_states` (the first one always counts) are
  /// worked out anew at every visit.
  explicit StateGraph(const System& system, std::uint32_t max_states = kMaxStates);

  const System& system() const { return system_; }
  Place start() const { return start_; }

  /// Takes a step of a thread that can move at `from`; the scheduler picks the outcome. Then only
  /// `from`'s successor and remembered places may be used.
  Edge take(Place from, int thread, Scheduler& scheduler) {
    std::uint32_t at = from.first + threads_in(from.movable & ((2U << thread) - 1));
    if (const Slot& fork = slots_[at]; fork.ordinary + fork.faults != 1)
      at = from.first + fork.first +
           static_cast<std::uint32_t>(scheduler.pick_outcome(fork.ordinary, fork.faults));
    const Slot& slot = slots_[at];
    if (slot.first == kUnknown) [[unlikely]]
      return explore(from, at, thread);
    return {{slot.first, slot.movable}, slot.outcome, slot.found};
  }

  /// What Run::finish says of a run that ended at `last`.
  PropertySet end(Place last) const;

  /// The choice that took the outcome with this index in System::outcomes.
  Choice choice(std::uint32_t outcome) const;

 private:
  /// A state's block: its number (as `outcome`), a slot for each thread that can move, in order,
  /// and the outcomes of threads that have several. A thread's slot is either its only enabled
  /// outcome, or a fork with the number of ordinary and faulty ones and, relative to the block,
  /// their first slot. 16 bytes with the usual limits.
  struct Slot {
    std::uint32_t first = kUnknown;
    ThreadSet movable = 0;
    std::uint8_t ordinary = 0;
    std::uint8_t faults = 0;
    std::uint32_t outcome = 0;
    PropertySet found = 0;
  };

  struct State {
    World world;
    bool settled = false;    ///< everybody has finished or never was needed
    PropertySet at_end = 0;  ///< when settled: what the leftovers violate
  };

  /// Hash and block of a state; block 0 where there is none.
  struct Entry {
    std::uint32_t hash = 0;
    std::uint32_t first = kUnknown;
  };

  static constexpr std::uint32_t kUnknown = 0;
  /// The block of the one state at hand that is not remembered, and its most slots.
  static constexpr std::uint32_t kScratch = 0;
  static constexpr std::uint32_t kMaxBlock = 1 + kMaxThreads + kMaxChoices;

  Edge explore(Place from, std::uint32_t at, int thread);
  Place enter(const World& world);
  std::uint32_t remember(std::uint32_t used);
  std::uint32_t expand(const World& world);
  std::uint32_t expand_thread(std::uint32_t at, std::span<const Choice> choices,
                              std::uint32_t used);
  void judge_end(State& state) const;
  Entry& find(const World& world, std::uint32_t hash);
  void grow();

  const System& system_;
  const std::uint32_t max_states_;
  std::vector<State> states_;  ///< by number; 0 is the scratch state
  std::vector<Slot> slots_;
  std::vector<Entry> table_;  ///< a power of two, at most half full
  Place start_;
};

}  // namespace pincheck::search
