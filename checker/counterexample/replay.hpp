// SPDX-License-Identifier: MIT
// checker/counterexample: uses shrinkers, checker/render, checker/mail; used by checker/judge, checker/reproduce.
// Replaying a counterexample by the names of its steps.
#pragma once

#include <optional>

#include "checker/counterexample/counterexample.hpp"

namespace pincheck::counterexample {

/// How a replay went.
struct Replay {
  bool reproduced = false;
  std::string problem;  ///< which step, where and why it cannot be taken; or what else is different
  story::Story story;   ///< as far as it goes
  explain::Explanation why;  ///< of what it violates
  Moves moves;               ///< likewise, for those who go on from here
};

/// The system a counterexample is about. Throws InputError where its convention does not cover its
/// scenario.
System compile_counterexample(const Counterexample&, const std::string& file, const Model&,
                              Catalogue&);

/// Takes the named steps. Reproduced means: all can be taken, and the last one, or the end where
/// the file says so, is the first to violate the property. Throws InputError when a step is by an
/// actor that the scenario does not have.
Replay replay_counterexample(const Counterexample&, const std::string& file, const System&);

/// The same violation in the same scenario, searched for anew: a shortest schedule, with fewest
/// faults and switches. Nothing when the property holds there, or the search ends early.
std::optional<Counterexample> refind(const Counterexample&, const System&, const Stopped&);

}  // namespace pincheck::counterexample
