// SPDX-License-Identifier: MIT
// The main job: the table of conventions and scenarios, then random scenarios, then coverage.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "checker/counterexample/corpus.hpp"
#include "checker/stories.hpp"
#include "checker/verdict.hpp"

namespace pincheck {

struct CampaignOptions {
  std::uint64_t seed = 1;
  int schedules = 20000;       ///< per cell of the table
  int cases = 4000;            ///< random scenarios, each under every convention
  int case_schedules = 60;     ///< per random scenario and convention
  double shrink_seconds = 10;  ///< per counterexample; 0 means no limit
  double budget_seconds = 0;   ///< stop the random part after this long; 0 means by count only
  Stopped stopped = nullptr;   ///< as in SearchOptions: Ctrl-C
};

/// Called between pieces of work. Returns false to stop early.
struct Watcher {
  std::function<bool(std::string_view phase, std::size_t done, std::size_t all)> progress;
  /// A violation nobody declared, before it is shrunk.
  std::function<void(const Convention&, const Scenario&, PropertySet)> found;
  /// A counterexample, as small as it gets.
  std::function<void(const Shown&)> shown;
};

struct RandomPart {
  std::size_t scenarios = 0;
  std::uint64_t schedules = 0;
  std::uint64_t steps = 0;
  std::uint64_t faults = 0;
  std::uint64_t switches = 0;
  std::uint64_t not_stated = 0;  ///< scenario x convention pairs that were not stated
  int longest = 0;
  std::vector<std::size_t> actors;    ///< scenarios by number of actors
  std::vector<PropertySet> violated;  ///< per convention, in the order of the campaign's
  std::vector<PropertySet> surprises;
};

/// Everything a run of `check` found.
struct Campaign {
  std::vector<Replayed> corpus;  ///< before anything else
  std::vector<Cell> cells;       ///< scenario-major
  std::vector<Shown> shown;
  RandomPart random;
  Visits visits;
  std::vector<std::string> saved;      ///< files of new counterexamples
  std::vector<std::string> unreached;  ///< never taken, and not named as unreachable
  bool interrupted = false;
  bool as_expected() const;
};

/// Judges every scenario under every convention.
void judge_all(Campaign&, const std::vector<Scenario>&, const std::vector<Convention>&,
               const Model&, Catalogue&, const CampaignOptions&, const Watcher&);

/// One story per distinct violation of the cells.
void show_all(Campaign&, StoryTeller&, const CampaignOptions&, const Watcher&);

/// Random scenarios under all conventions.
void search_randomly(Campaign&, const std::vector<Convention>&, const Model&, Catalogue&,
                     StoryTeller&, const CampaignOptions&, const Watcher&);

}  // namespace pincheck
