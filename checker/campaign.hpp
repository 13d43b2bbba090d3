// SPDX-License-Identifier: MIT
// The main job: the table of conventions and scenarios, then random scenarios, then coverage.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "checker/story.hpp"
#include "checker/verdict.hpp"

namespace pincheck {

struct CampaignOptions {
  std::uint64_t seed = 1;
  int schedules = 20000;        ///< per cell of the table
  int cases = 4000;             ///< random scenarios, each under every convention
  int case_schedules = 60;      ///< per random scenario and convention
  int shrink_schedules = 400;   ///< per simpler scenario tried while shrinking a random one
  double budget_seconds = 0;    ///< stop the random part after this long; 0 means by count only
  bool (*stopped)() = nullptr;  ///< as in SearchOptions: Ctrl-C
};

/// Called between pieces of work. Returns false to stop early.
struct Watcher {
  std::function<bool(std::string_view phase, std::size_t done, std::size_t all)> progress;
  /// A violation nobody declared, before it is shrunk.
  std::function<void(const Convention&, const Scenario&, PropertySet)> found;
};

/// A shrunk violation, and the conventions that show the very same one.
struct Shown {
  Story story;               ///< of the first property it violates
  PropertySet violated = 0;  ///< every property whose shrunk schedule this is
  std::vector<const Convention*> conventions;
  bool expected = false;   ///< declared by each of those conventions
  int original_steps = 0;  ///< before shrinking; 0 where it was not shrunk
  bool livelock = false;   ///< a cycle that no fair schedule leaves: nothing to replay

  /// Every shorter schedule was tried.
  bool shortest() const { return original_steps == 0 && !livelock; }
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
  std::vector<Cell> cells;  ///< scenario-major
  std::vector<Shown> shown;
  RandomPart random;
  Visits visits;
  std::vector<std::string> unreached;  ///< never taken, and not named as unreachable
  bool interrupted = false;
  bool as_expected() const;
};

/// Judges every scenario under every convention.
void judge_all(Campaign&, const std::vector<Scenario>&, const std::vector<Convention>&,
               const Model&, Catalogue&, const CampaignOptions&, const Watcher&);

/// One story per distinct violation of the cells: a shortest one, or where that takes too much
/// memory, the one that was found, shrunk.
void show_all(Campaign&, const Model&, Catalogue&);

/// The stories of one cell's violations; `max_bytes` is for the search of shortest ones.
std::vector<Shown> stories_of(const Cell&, const Model&, Catalogue&,
                              std::size_t max_bytes = std::size_t{1} << 30);

/// Random scenarios under all conventions.
void search_randomly(Campaign&, const std::vector<Convention>&, const Model&, Catalogue&,
                     const CampaignOptions&, const Watcher&);

/// Compiles every path x caller x kind x direction under every convention, so that the catalogue
/// has all steps there are.
void list_everything(const std::vector<Convention>&, const Model&, Catalogue&);

/// What a full run need not reach, and why (corpus/unreachable.toml).
struct Unreachable {
  std::string step;
  std::string outcome;
  std::string reason;
};
const std::vector<Unreachable>& unreachable();

/// Every outcome and meeting of the catalogue that was never taken and is not named unreachable.
std::vector<std::string> unreached(const Catalogue&, const Visits&);

}  // namespace pincheck
