// SPDX-License-Identifier: MIT
#include "checker/campaign.hpp"

#include <algorithm>
#include <bit>

#include "checker/clock.hpp"
#include "checker/generate.hpp"

namespace pincheck {

bool Campaign::as_expected() const {
  const auto good = [](const Cell& cell) { return cell.as_expected(); };
  const auto reproduced = [](const Replayed& one) { return one.replay.reproduced; };
  return std::all_of(cells.begin(), cells.end(), good) && unreached.empty() &&
         std::all_of(corpus.begin(), corpus.end(), reproduced) &&
         std::all_of(random.surprises.begin(), random.surprises.end(),
                     [](PropertySet set) { return set == 0; });
}

void judge_all(Campaign& campaign, const std::vector<Scenario>& scenarios,
               const std::vector<Convention>& conventions, const Model& model, Catalogue& catalogue,
               const CampaignOptions& options, const Watcher& watcher) {
  const std::size_t all = scenarios.size() * conventions.size();
  for (const Scenario& scenario : scenarios) {
    for (const Convention& convention : conventions) {
      if (!watcher.progress("judging", campaign.cells.size(), all)) {
        campaign.interrupted = true;
        return;
      }
      const JudgeOptions judging{{options.seed, options.schedules, 0, options.stopped},
                                 kVerdictStates};
      Cell cell = judge(scenario, convention, model, catalogue, judging, &campaign.visits);
      if (cell.surprises() != 0) watcher.found(convention, scenario, cell.surprises());
      campaign.cells.push_back(std::move(cell));
    }
  }
}

void show_all(Campaign& campaign, StoryTeller& teller, const CampaignOptions& options,
              const Watcher& watcher) {
  std::size_t done = 0;
  for (const Cell& cell : campaign.cells) {
    if (says(options.stopped)) {
      campaign.interrupted = true;
      if (cell.surprises() == 0) continue;  // news are told, as long as they are
    }
    watcher.progress("shrinking", done++, campaign.cells.size());
    if (cell.answer() == 0) continue;
    for (Shown& one : teller.of(cell)) {
      const std::size_t before = campaign.shown.size();
      add_story(campaign.shown, std::move(one));
      if (campaign.shown.size() > before) watcher.shown(campaign.shown.back());
    }
  }
}

void search_randomly(Campaign& campaign, const std::vector<Convention>& conventions,
                     const Model& model, Catalogue& catalogue, StoryTeller& teller,
                     const CampaignOptions& options, const Watcher& watcher) {
  RandomPart& random = campaign.random;
  random.violated.assign(conventions.size(), 0);
  random.surprises.assign(conventions.size(), 0);
  random.actors.assign(kMaxActors + 1, 0);
  const double start = now_seconds();
  Rng seeds(options.seed);
  for (int i = 0; i < options.cases; ++i) {
    if (options.budget_seconds > 0 && now_seconds() - start > options.budget_seconds) return;
    if (!watcher.progress("random scenarios", static_cast<std::size_t>(i),
                          static_cast<std::size_t>(options.cases))) {
      campaign.interrupted = true;
      return;
    }
    const std::uint64_t seed = seeds.next();
    const Scenario scenario = generate_scenario(model.kinds, seed);
    ++random.scenarios;
    ++random.actors[scenario.actors.size()];
    for (std::size_t c = 0; c < conventions.size(); ++c) {
      const JudgeOptions judging{{seed, options.case_schedules, 0, options.stopped}, 0};
      const Cell cell =
          judge(scenario, conventions[c], model, catalogue, judging, &campaign.visits);
      random.not_stated += cell.verdict == Verdict::not_stated ? 1 : 0;
      random.schedules += cell.result.schedules;
      random.steps += cell.result.steps;
      random.faults += cell.result.faults;
      random.switches += cell.result.switches;
      random.longest = std::max(random.longest, cell.result.longest);
      random.violated[c] |= cell.result.violated;
      const PropertySet fresh = cell.surprises() & ~random.surprises[c];
      if (fresh == 0) continue;
      random.surprises[c] |= fresh;
      watcher.found(conventions[c], scenario, fresh);
      for (PropertySet rest = fresh; rest != 0; rest &= rest - 1) {
        const int property = std::countr_zero(rest);
        campaign.shown.push_back(teller.of_random(
            scenario, conventions[c], cell.result.violation[property].schedule, property));
        watcher.shown(campaign.shown.back());
      }
    }
  }
}

}  // namespace pincheck
