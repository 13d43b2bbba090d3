// SPDX-License-Identifier: MIT
// checker/explore: uses checker/search; used by shrinkers, checker/story.
// Every interleaving and every outcome of one scenario.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "checker/explore/engine.hpp"
#include "model/base/stopped.hpp"

namespace pincheck::explore {

struct ExploreOptions {
  Reductions reductions;
  EngineOptions engine;
  std::uint64_t max_states = UINT64_MAX;
  double seconds = 0;         ///< stop after this long; 0 means never
  Stopped stopped = nullptr;  ///< asked now and then: Ctrl-C
  std::string checkpoint;     ///< file to go on from later; empty for none
  double checkpoint_seconds = 30;
  bool resume = false;                    ///< go on from `checkpoint`
  std::string identity;                   ///< what the checkpoint must be of
  Watched watched = pincheck::watched();  ///< what decides whether steps may change places
};

/// How an exploration ended. Only `finished` is a proof.
enum class Explored : std::uint8_t { finished, interrupted, time, memory, states };

struct ExploreResult {
  Explored ending = Explored::finished;
  PropertySet violated = 0;  ///< all of it when finished; what is known so far otherwise
  /// Outcomes that can be taken, by index in System::outcomes; likewise.
  std::vector<bool> taken;
  std::uint64_t states = 0;
  std::uint64_t steps = 0;
  std::uint64_t resumed_at = 0;  ///< states of the checkpoint it went on from; 0 where none
  int depth = 0;                 ///< longest way from the start, breadth first
  std::size_t bytes = 0;
  double cpu_seconds = 0;
  double missed = 0;  ///< with fingerprints, the probability that a state was missed
  std::size_t symmetries = 1;
  Reductions reductions;              ///< those that were used
  std::vector<std::string> unstated;  ///< properties for whose sake there are none
  bool finished() const { return ending == Explored::finished; }
};

/// Called some times a second.
using ExploreWatcher = std::function<void(const Standing&)>;

/// Visits every state of the system that the reductions leave. A state in which a run ends counts.
/// Throws InputError on a checkpoint that cannot be used.
ExploreResult explore(const System&, const ExploreOptions&, const ExploreWatcher& = {});

/// "finished", "interrupted", "time", "memory", "states".
std::string_view explored_name(Explored);

}  // namespace pincheck::explore
