// SPDX-License-Identifier: MIT
// checker/judge: uses checker/counterexample, checker/generate; used by checker/report.
// The main job: the table of conventions and scenarios, then random scenarios, then coverage.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "checker/counterexample/corpus.hpp"
#include "checker/explore/explore.hpp"
#include "checker/judge/statistics.hpp"
#include "checker/judge/stories.hpp"
#include "checker/judge/verdict.hpp"
#include "checker/search/coverage.hpp"

namespace pincheck::judge {

struct CampaignOptions {
  std::uint64_t seed = 1;
  int schedules = 20000;       ///< per cell of the table
  int cases = 4000;            ///< random scenarios, each under every convention
  int case_schedules = 60;     ///< per random scenario and convention
  double shrink_seconds = 10;  ///< per counterexample; 0 means no limit
  double budget_seconds = 0;   ///< stop after this long; 0 means never
  Stopped stopped = nullptr;   ///< as in SearchOptions: Ctrl-C, or the budget is used up
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
  std::uint64_t idle = 0;        ///< pairs that hold and in which some actor was not seen to act
  std::size_t directed = 0;      ///< scenarios made for what the others had not reached
  int longest = 0;
  std::vector<std::size_t> actors;    ///< scenarios by number of actors
  std::vector<PropertySet> violated;  ///< per convention, in the order of the campaign's
  std::vector<PropertySet> surprises;
};

/// Everything a run of `check` found.
struct Campaign {
  std::vector<counterexample::Replayed> corpus;  ///< before anything else
  std::vector<Cell> cells;                       ///< scenario-major
  std::vector<Shown> shown;
  RandomPart random;
  search::Visits visits;
  std::vector<First> firsts;              ///< by convention, in the order of the campaign's
  Statistics statistics;                  ///< where they were asked for
  std::vector<std::string> saved;         ///< files of new counterexamples
  std::vector<search::Target> unreached;  ///< never taken, and not named as unreachable
  bool covers = false;                    ///< `unreached` was looked for, to the end
  search::Coverage coverage;              ///< then
  bool cut = false;                       ///< stopped before its end
  explore::Explored ending = explore::Explored::finished;  ///< interrupted or time where it was cut
  /// What is found is what is declared. Says nothing about what was not looked at.
  bool as_declared() const;
  /// The gravest of all that applies.
  ExitCode exit_code() const;
};

/// Judges every scenario under every convention.
void judge_all(Campaign&, const std::vector<Scenario>&, const std::vector<Convention>&,
               const Model&, Catalogue&, const CampaignOptions&, const Watcher&);

/// One story per distinct violation of the cells.
void show_all(Campaign&, StoryTeller&, const CampaignOptions&, const Watcher&);

/// Random scenarios under all conventions.
void search_randomly(Campaign&, const std::vector<Convention>&, const Model&, Catalogue&,
                     StoryTeller&, const CampaignOptions&, const Watcher&);

/// Makes scenarios for each outcome and meeting that nothing has reached, the same for every seed,
/// and searches them exhaustively, until all is reached or it gives up. Lists everything first.
void reach_rest(Campaign&, const std::vector<Convention>&, const Model&, Catalogue&, StoryTeller&,
                const CampaignOptions&, const Watcher&);

/// Tells each violation of a scenario made at random that its convention does not declare, once for
/// each property and convention. The cell's convention is the campaign's number `convention`.
void tell_news(Campaign&, std::size_t convention, const Cell&, const Model&, Catalogue&,
               StoryTeller&, const CampaignOptions&, const Watcher&);

}  // namespace pincheck::judge
