// SPDX-License-Identifier: MIT
// checker/judge: uses checker/counterexample, checker/generate; used by checker/report.
// What a run exercised and how often, what it never did, and how long the first violation took.
#pragma once

#include <string>
#include <vector>

#include "checker/judge/verdict.hpp"
#include "checker/search/coverage.hpp"

namespace pincheck::judge {

/// How long it takes until something is violated under a convention.
struct First {
  PropertySet violated = 0;     ///< by the first cell in which anything was; 0: none was
  std::string scenario{};       ///< that cell's
  std::uint64_t schedules = 0;  ///< tried under the convention until then, or in all
  double seconds = 0;           ///< until that cell was judged, or in all

  /// The next cell of the convention, which took so long.
  void add(const Cell&, double seconds_of_it);
};

/// An outcome of a step, as an actor of a path, caller and kind takes it.
struct Exercise {
  std::string path, caller, kind;  ///< "" where there is none
  std::string step, outcome;
  std::uint64_t times = 0;  ///< it was taken; where all interleavings were visited, once more
  /// Where it never was: the first shipped scenario, and a convention, that take it; "" if none do.
  std::string scenario{}, convention{};
};

struct Statistics {
  std::vector<Exercise> exercises;  ///< all that there are, by meeting and step
  bool complete = false;            ///< what others would take was looked for, to the end
};

/// Of a run whose verdicts are `cells`. Explores shipped scenarios that were not judged, under the
/// conventions, for what the run never took.
Statistics statistics(const std::vector<Cell>& cells, const search::Visits&,
                      const std::vector<Convention>&, const Model&, Catalogue&, const Stopped&);

}  // namespace pincheck::judge
