// SPDX-License-Identifier: MIT
// Coverage does not depend on luck.
#include <catch2/catch.hpp>

#include "checker/judge/campaign.hpp"
#include "checker/testing/test_support.hpp"

namespace pincheck::judge {
namespace {

const Watcher kQuiet{[](auto, auto, auto) { return true; }, [](auto&, auto&, auto) {},
                     [](auto&) {}};

std::string names_of(const std::vector<search::Target>& targets) {
  std::string out;
  for (const search::Target& one : targets) out += one.name + "\n";
  return out;
}

TEST_CASE("reach: everything is reached without a random scenario or schedule", "[reach]") {
  const auto& conventions = shipped_conventions(test::model().kinds);
  Catalogue catalogue;
  Campaign campaign;
  for (const Scenario& scenario : shipped_scenarios(test::model().kinds))
    for (const Convention& convention : conventions)
      judge(scenario, convention, test::model(), catalogue, {{1, 0, 0}, kVerdictStates},
            &campaign.visits);
  StoryTeller teller(test::model(), catalogue, {.stopped = [] { return true; }, .better = {}});
  reach_rest(campaign, conventions, test::model(), catalogue, teller, {}, kQuiet);
  CHECK(names_of(campaign.unreached) == "");
  CHECK(campaign.covers);
  CHECK_FALSE(campaign.cut);
  CHECK(catalogue.entries().size() > 400);
}

TEST_CASE("reach: what nobody can take stays unreached", "[reach]") {
  const auto& conventions = shipped_conventions(test::model().kinds);
  Catalogue catalogue;
  search::Visits visits;
  search::list_everything(conventions, test::model(), catalogue);
  visits.outcomes.assign(catalogue.entries().size(), 1);
  visits.meetings.assign(catalogue.meetings().size(), 1);
  CHECK(search::unreached(catalogue, visits).empty());
  const int number = catalogue.id({"made/up", "f", {}}, {"never", {}, {}});
  visits.meetings[0] = 0;
  const auto missing = search::unreached(catalogue, visits);
  REQUIRE(missing.size() == 2);
  CHECK(missing[0].name == "made/up: never");
  CHECK(missing[0].number == static_cast<std::size_t>(number));
  CHECK(missing[1].name == catalogue.meetings()[0]);
  CHECK(search::Places(conventions, test::model(), catalogue).of(missing[0]).empty());
  CHECK_FALSE(search::Places(conventions, test::model(), catalogue).of(missing[1]).empty());
}

TEST_CASE("reach: stopped, it makes no claim", "[reach]") {
  const auto& conventions = shipped_conventions(test::model().kinds);
  Catalogue catalogue;
  Campaign campaign;
  CampaignOptions options;
  options.stopped = [] { return true; };
  StoryTeller teller(test::model(), catalogue, {.stopped = options.stopped, .better = {}});
  reach_rest(campaign, conventions, test::model(), catalogue, teller, options, kQuiet);
  CHECK(campaign.cut);
  CHECK_FALSE(campaign.covers);
  CHECK(campaign.unreached.empty());
  CHECK(campaign.exit_code() == kNotFinished);
}

TEST_CASE("reach: each exception is about something that there is", "[reach]") {
  Catalogue catalogue;
  search::list_everything(shipped_conventions(test::model().kinds), test::model(), catalogue);
  for (const search::Unreachable& one : search::unreachable()) {
    INFO(one.step << ": " << one.outcome);
    CHECK(search::names_something(one, catalogue));
    CHECK_FALSE(one.reason.empty());
  }
}

}  // namespace
}  // namespace pincheck::judge
