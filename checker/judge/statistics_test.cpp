// SPDX-License-Identifier: MIT
// What was exercised, what never was and what would, and the first violation.
#include "checker/judge/statistics.hpp"

#include <catch2/catch.hpp>

#include <map>

#include "checker/explore/explore.hpp"
#include "checker/judge/campaign.hpp"
#include "checker/testing/test_support.hpp"
#include "model/compile/files.hpp"

namespace pincheck::judge {
namespace {

/// Verdicts of a few scenarios under two conventions.
struct Some {
  Some() {
    const Watcher watcher{[](auto, auto, auto) { return true; },
                          [](const auto&, const auto&, auto) {}, [](const auto&) {}};
    CampaignOptions options;
    options.schedules = 200;
    judge_all(campaign, scenarios, conventions, test::model(), catalogue, options, watcher);
  }

  std::vector<Scenario> scenarios{find_scenario("s3-tmp-page", test::model().kinds),
                                  find_scenario("s5-reclaim-under-dio", test::model().kinds)};
  std::vector<Convention> conventions{test::convention("find-pages"),
                                      test::convention("linux-6.12")};
  Catalogue catalogue;
  Campaign campaign;
};

}  // namespace

TEST_CASE("statistics: what was taken adds up, and what never was has who would", "[statistics]") {
  Some some;
  const Campaign& campaign = some.campaign;
  const Statistics all = statistics(campaign.cells, campaign.visits, some.conventions,
                                    test::model(), some.catalogue, nullptr);
  CHECK(all.complete);
  std::map<std::string, std::uint64_t> by_name;
  std::size_t would = 0, nobody = 0;
  const Exercise* last = nullptr;
  for (const Exercise& one : all.exercises) {
    by_name[one.step + ": " + one.outcome] += one.times;
    if (one.times != 0) CHECK(one.scenario.empty());
    if (one.times == 0) ++(one.scenario.empty() ? nobody : would);
    if (!one.scenario.empty()) last = &one;
  }
  CHECK(would > 100);
  CHECK(nobody > 100);
  const auto& entries = some.catalogue.entries();
  for (std::size_t i = 0; i < campaign.visits.outcomes.size(); ++i)
    CHECK(by_name[entries[i].step + ": " + entries[i].outcome] == campaign.visits.outcomes[i]);

  // It does.
  REQUIRE(last != nullptr);
  INFO(last->path << " " << last->step << ": " << last->outcome << " in " << last->scenario);
  const System system = compile(find_scenario(last->scenario, test::model().kinds),
                                test::convention(last->convention), test::model(), some.catalogue);
  const auto taken = explore::explore(system, {}).taken;
  const auto actors = search::actors_of_outcomes(system);
  bool found = false;
  for (std::size_t i = 0; i < taken.size(); ++i) {
    const auto& entry = some.catalogue.entries()[system.outcomes[i].coverage];
    const std::string& meeting = some.catalogue.meetings()[system.meeting[actors[i]]];
    found = found || (taken[i] && entry.step == last->step && entry.outcome == last->outcome &&
                      meeting == last->path + " " + last->caller + " " + last->kind);
  }
  CHECK(found);

  const Statistics stopped = statistics(campaign.cells, campaign.visits, some.conventions,
                                        test::model(), some.catalogue, [] { return true; });
  CHECK_FALSE(stopped.complete);
}

TEST_CASE("statistics: the first violation of a convention", "[statistics]") {
  const Some some;
  const std::vector<First>& firsts = some.campaign.firsts;
  REQUIRE(firsts.size() == 2);
  CHECK(firsts[0].violated == set_of(PropertyId::not_freed_while_in_use));
  CHECK(firsts[0].scenario == "s3-tmp-page");
  CHECK(firsts[0].schedules > 0);
  CHECK(firsts[0].schedules <= 200);
  CHECK(firsts[1].violated == 0);
  CHECK(firsts[1].schedules == 400);
  CHECK(firsts[1].seconds > 0);

  First first;
  Cell cell = some.campaign.cells.front();
  Cell quiet;
  quiet.result.schedules = 50;
  first.add(quiet, 1);
  first.add(cell, 2);
  first.add(cell, 4);  // is not the first
  CHECK(first.seconds == 3);
  CHECK(first.schedules == 50 + firsts[0].schedules);
  // Only the exhaustive search found it.
  for (auto& violation : cell.result.violation) violation = {};
  First late;
  late.add(cell, 0);
  CHECK(late.schedules == cell.result.schedules);
}

}  // namespace pincheck::judge
