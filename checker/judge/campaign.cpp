// SPDX-License-Identifier: MIT
#include "checker/judge/campaign.hpp"

#include <algorithm>
#include <bit>

#include "checker/explore/shortest.hpp"
#include "checker/generate/generate.hpp"
#include "model/base/clock.hpp"

namespace pincheck::judge {

bool Campaign::as_declared() const {
  const auto good = [](const Cell& cell) { return cell.as_expected(); };
  const auto reproduced = [](const counterexample::Replayed& one) { return one.replay.reproduced; };
  return std::all_of(cells.begin(), cells.end(), good) &&
         std::all_of(corpus.begin(), corpus.end(), reproduced) &&
         std::all_of(random.surprises.begin(), random.surprises.end(),
                     [](PropertySet set) { return set == 0; });
}

ExitCode Campaign::exit_code() const {
  ExitCode code = as_declared() ? kAsExpected : kDiffers;
  for (const Cell& cell : cells) code = graver(code, cell.exit_code());
  if (cut) code = graver(code, kNotFinished);
  return graver(code, unreached.empty() ? kAsExpected : kNotCovered);
}

void judge_all(Campaign& campaign, const std::vector<Scenario>& scenarios,
               const std::vector<Convention>& conventions, const Model& model, Catalogue& catalogue,
               const CampaignOptions& options, const Watcher& watcher) {
  const std::size_t all = scenarios.size() * conventions.size();
  campaign.firsts.resize(conventions.size());
  for (const Scenario& scenario : scenarios) {
    for (const Convention& convention : conventions) {
      const double start = now_seconds();
      if (!watcher.progress("judging", campaign.cells.size(), all)) {
        campaign.cut = true;
        return;
      }
      const JudgeOptions judging{{options.seed, options.schedules, 0, options.stopped},
                                 kVerdictStates};
      Cell cell = judge(scenario, convention, model, catalogue, judging, &campaign.visits);
      // Stopped half way it shows what it has found, and says nothing about the rest.
      campaign.cut = says(options.stopped) && !cell.proved;
      if (campaign.cut && cell.surprises() == 0) return;
      if (cell.surprises() != 0) watcher.found(convention, scenario, cell.surprises());
      campaign.firsts[static_cast<std::size_t>(&convention - conventions.data())].add(
          cell, now_seconds() - start);
      campaign.cells.push_back(std::move(cell));
    }
  }
}

void show_all(Campaign& campaign, StoryTeller& teller, const CampaignOptions& options,
              const Watcher& watcher) {
  std::size_t done = 0;
  for (const Cell& cell : campaign.cells) {
    // What was found is told in any case; only shrinking ends.
    campaign.cut = campaign.cut || says(options.stopped);
    watcher.progress("shrinking", done++, campaign.cells.size());
    if (cell.answer() == 0) continue;
    for (Shown& one : teller.of(cell)) {
      const std::size_t before = campaign.shown.size();
      add_story(campaign.shown, std::move(one));
      if (campaign.shown.size() > before) watcher.shown(campaign.shown.back());
    }
  }
}

void tell_news(Campaign& campaign, std::size_t convention, const Cell& cell, const Model& model,
               Catalogue& catalogue, StoryTeller& teller, const CampaignOptions& options,
               const Watcher& watcher) {
  RandomPart& random = campaign.random;
  random.violated[convention] |= cell.result.violated;
  const PropertySet fresh = cell.surprises() & ~random.surprises[convention];
  if (fresh == 0) return;
  random.surprises[convention] |= fresh;
  watcher.found(*cell.convention, *cell.scenario, fresh);
  for (PropertySet rest = fresh; rest != 0; rest &= rest - 1) {
    const int property = std::countr_zero(rest);
    auto schedule = cell.result.violation[property].schedule;
    if (schedule.empty()) {
      const System system = compile(*cell.scenario, *cell.convention, model, catalogue);
      explore::ShortestOptions shortly;
      shortly.stopped = options.stopped;
      schedule = explore::shortest(system, PropertySet{1} << property, shortly).schedule[property];
    }
    if (schedule.empty()) continue;  // a livelock, or stopped: told by name only
    campaign.shown.push_back(
        teller.of_random(*cell.scenario, *cell.convention, schedule, property));
    watcher.shown(campaign.shown.back());
  }
}

void search_randomly(Campaign& campaign, const std::vector<Convention>& conventions,
                     const Model& model, Catalogue& catalogue, StoryTeller& teller,
                     const CampaignOptions& options, const Watcher& watcher) {
  RandomPart& random = campaign.random;
  campaign.firsts.resize(conventions.size());
  random.violated.assign(conventions.size(), 0);
  random.surprises.assign(conventions.size(), 0);
  random.actors.assign(kMaxActors + 1, 0);
  search::Rng seeds(options.seed);
  for (int i = 0; i < options.cases; ++i) {
    if (!watcher.progress("random scenarios", static_cast<std::size_t>(i),
                          static_cast<std::size_t>(options.cases))) {
      campaign.cut = true;
      return;
    }
    const std::uint64_t seed = seeds.next();
    const Scenario scenario = generate::generate_scenario(model.kinds, seed);
    ++random.scenarios;
    ++random.actors[scenario.actors.size()];
    for (std::size_t c = 0; c < conventions.size(); ++c) {
      const double start = now_seconds();
      const JudgeOptions judging{{seed, options.case_schedules, 0, options.stopped}, 0};
      const Cell cell =
          judge(scenario, conventions[c], model, catalogue, judging, &campaign.visits);
      campaign.firsts[c].add(cell, now_seconds() - start);
      random.not_stated += cell.verdict == Verdict::not_stated ? 1 : 0;
      random.idle += cell.idle.empty() ? 0 : 1;
      random.schedules += cell.result.schedules;
      random.steps += cell.result.steps;
      random.faults += cell.result.faults;
      random.switches += cell.result.switches;
      random.longest = std::max(random.longest, cell.result.longest);
      tell_news(campaign, c, cell, model, catalogue, teller, options, watcher);
    }
  }
}

}  // namespace pincheck::judge
