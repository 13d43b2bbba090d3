// SPDX-License-Identifier: MIT
// checker/search: uses properties, model/compile; used by checker/explore.
// Random search: many schedules of one system, every property watching.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "checker/search/state_graph.hpp"
#include "model/base/stopped.hpp"
#include "properties/run.hpp"

namespace pincheck::search {

/// How often each outcome of the catalogue was taken, and each meeting of path, caller and kind
/// ran.
struct Visits {
  std::vector<std::uint64_t> outcomes;
  std::vector<std::uint64_t> meetings;
  /// By meeting, then by outcome: those taken by actors of the meeting. As long as there is
  /// anything to count.
  std::vector<std::vector<std::uint64_t>> by_meeting;

  /// `times`: of each of the system's outcomes, by index.
  void add(const System&, const std::vector<std::uint64_t>& times);
};

/// The actor whose programs each of the system's outcomes is in, by index.
std::vector<int> actors_of_outcomes(const System&);

struct SearchOptions {
  std::uint64_t seed = 1;
  int schedules = 1000;       ///< at most this many runs
  PropertySet stop_at = 0;    ///< stop early once all of these have been violated
  Stopped stopped = nullptr;  ///< asked now and then; true ends the search with what it has
};

/// A schedule that violates a property, up to the step that does.
struct Violation {
  std::vector<Choice> schedule;
  int runs = 0;              ///< schedules that violated it
  std::uint64_t before = 0;  ///< schedules before the first of them
};

struct SearchResult {
  PropertySet violated = 0;
  std::vector<bool> taken;                       ///< outcomes taken, by index in System::outcomes
  std::array<Violation, kProperties> violation;  ///< by property; the shortest schedule seen
  std::uint64_t schedules = 0;
  std::uint64_t steps = 0;
  std::uint64_t faults = 0;    ///< steps that took a fault outcome
  std::uint64_t switches = 0;  ///< steps by another thread than the one before
  int longest = 0;             ///< steps of the longest run
  int pct_depth = 3;           ///< deepest PCT run
};

/// Runs schedules: a quarter uniform, the rest PCT of depth 1 to 3. `visits` may be null, else it
/// must cover the catalogue. Steps are looked up in a StateGraph once they have been taken.
SearchResult search(const System&, const SearchOptions&, Visits* visits);

/// The same in a graph that may know some steps already; what it knows does not change the result.
SearchResult search(StateGraph&, const SearchOptions&, Visits* visits);

}  // namespace pincheck::search
