// SPDX-License-Identifier: MIT
// What `pincheck explore` found, for its reports.
#pragma once

#include <vector>

#include "checker/campaign.hpp"
#include "checker/enumerate.hpp"
#include "checker/explore/explore.hpp"

namespace pincheck {

/// One scenario under one convention, every interleaving.
struct Exploration {
  Cell cell;
  ExploreResult result;
  std::vector<Shown> shown;

  /// What is violated, nobody has to finish for; what is declared and missing, somebody has.
  ExitCode exit_code() const {
    if (cell.verdict == Verdict::not_stated || cell.proved) return cell.exit_code();
    return cell.surprises() != 0 ? kDiffers : kNotFinished;
  }
};

/// All scenarios up to a bound.
struct Swept {
  std::uint64_t scenarios = 0;   ///< looked at under every convention
  std::uint64_t not_stated = 0;  ///< pairs of scenario and convention
  std::uint64_t vacuous = 0;     ///< pairs in which nothing is violated and some actor idle
  std::uint64_t unfinished = 0;  ///< pairs that took too much memory
  std::uint64_t states = 0;
  Size largest;  ///< of the last scenario
  /// `finished` when there are no more within the bound, else what ended the sweep.
  Explored ending = Explored::finished;
  bool surprised = false;             ///< something was violated that is not declared
  std::vector<PropertySet> seen;      ///< violated, by convention
  std::vector<std::uint64_t> judged;  ///< pairs with a verdict about something, by convention
  bool complete() const { return ending == Explored::finished; }
  ExitCode exit_code() const;
};

/// The verdict and what it took, without the stories.
std::string exploration_text(const Exploration&);
std::string sweep_text(const Swept&, const std::vector<Convention>&);
/// A JSON document; `swept` is null where scenarios were given.
std::string explore_json(const std::vector<Exploration>&, const Swept* swept, ExitCode);

}  // namespace pincheck
