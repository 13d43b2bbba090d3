// SPDX-License-Identifier: MIT
// Coverage that does not depend on luck: what nothing has reached is looked for where it can be.
#include "checker/generate/generate.hpp"
#include "checker/judge/campaign.hpp"

namespace pincheck::judge {
namespace {

constexpr int kMostScenarios = 3000;  // for one target
constexpr std::uint64_t kMostStates = 20'000;
constexpr int kSchedules = 60;

/// Searches scenarios around those who have the target until it is reached. Returns false when it
/// was stopped.
bool reach(const search::Target& target, const std::vector<search::Place>& places,
           Campaign& campaign, const std::vector<Convention>& conventions, const Model& model,
           Catalogue& catalogue, StoryTeller& teller, const CampaignOptions& options,
           const Watcher& watcher) {
  search::Rng seeds(target.number);
  for (int i = 0; i < kMostScenarios && !search::reached(target, campaign.visits); ++i) {
    if (says(options.stopped)) return false;
    const search::Place& place = places[static_cast<std::size_t>(i) % places.size()];
    const std::uint64_t seed = seeds.next();
    const Scenario scenario = generate::generate_around(place.actor, model.kinds, seed);
    const JudgeOptions judging{{seed, kSchedules, 0, options.stopped}, kMostStates};
    const Cell cell =
        judge(scenario, *place.convention, model, catalogue, judging, &campaign.visits);
    ++campaign.random.directed;
    tell_news(campaign, static_cast<std::size_t>(place.convention - conventions.data()), cell,
              model, catalogue, teller, options, watcher);
  }
  return true;
}

}  // namespace

void reach_rest(Campaign& campaign, const std::vector<Convention>& conventions, const Model& model,
                Catalogue& catalogue, StoryTeller& teller, const CampaignOptions& options,
                const Watcher& watcher) {
  const search::Places places(conventions, model, catalogue);
  campaign.random.violated.resize(conventions.size());
  campaign.random.surprises.resize(conventions.size());
  const std::vector<search::Target> targets = search::unreached(catalogue, campaign.visits);
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const auto& where = places.of(targets[i]);
    if (where.empty()) continue;
    if (!watcher.progress("what is left to reach", i, targets.size()) ||
        !reach(targets[i], where, campaign, conventions, model, catalogue, teller, options,
               watcher)) {
      campaign.cut = true;
      return;
    }
  }
  campaign.unreached = search::unreached(catalogue, campaign.visits);
  campaign.coverage = search::coverage(catalogue, campaign.visits);
  campaign.covers = true;
}

}  // namespace pincheck::judge
