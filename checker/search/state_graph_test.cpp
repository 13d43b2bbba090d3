// SPDX-License-Identifier: MIT
// The memoised search against a search that steps a Run and remembers nothing.
#include "checker/search/state_graph.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <bit>

#include "checker/testing/test_support.hpp"

namespace pincheck::search {
namespace {

constexpr int kSchedules = 400;

void count(SearchResult& result, PropertySet found, const std::vector<Choice>& schedule) {
  for (PropertySet rest = found; rest != 0; rest &= rest - 1) {
    Violation& violation = result.violation[std::countr_zero(rest)];
    ++violation.runs;
    if (violation.schedule.empty() || schedule.size() < violation.schedule.size())
      violation.schedule = schedule;
  }
  result.violated |= found;
}

void plain_run(const System& system, Scheduler& scheduler, SearchResult& result, Visits& visits) {
  Run run(system);
  std::vector<Choice> schedule;
  while (!run.ended()) {
    const Choice choice = scheduler.pick(system, run.world(), run.choices());
    const Outcome& outcome = system.step_of(run.world(), choice.thread).outcomes[choice.outcome];
    ++visits.outcomes[outcome.id];
    result.faults += outcome.fault ? 1 : 0;
    if (!schedule.empty()) result.switches += schedule.back().thread != choice.thread ? 1 : 0;
    schedule.push_back(choice);
    const PropertySet before = run.violated();
    count(result, run.take(choice) & ~before, schedule);
  }
  const PropertySet before = run.violated();
  count(result, run.finish() & ~before, schedule);
  result.steps += schedule.size();
  result.longest = std::max(result.longest, run.steps());
}

SearchResult plain_search(const System& system, std::uint64_t seed, Visits& visits) {
  SearchResult result;
  Scheduler scheduler;
  Rng seeds(seed);
  for (int i = 0; i < kSchedules; ++i) {
    const int length = i == 0 ? 40 : result.longest;
    scheduler.start(Rng(seeds.next()), system.thread_count(), i % 4, length);
    plain_run(system, scheduler, result, visits);
    ++result.schedules;
  }
  for (int actor = 0; actor < system.actors; ++actor)
    visits.meetings[system.meeting[actor]] += kSchedules;
  return result;
}

void check_same(const SearchResult& a, const SearchResult& b) {
  CHECK(a.violated == b.violated);
  CHECK(a.schedules == b.schedules);
  CHECK(a.steps == b.steps);
  CHECK(a.faults == b.faults);
  CHECK(a.switches == b.switches);
  CHECK(a.longest == b.longest);
  for (int property = 0; property < kProperties; ++property) {
    CHECK(a.violation[property].runs == b.violation[property].runs);
    CHECK(a.violation[property].schedule == b.violation[property].schedule);
  }
}

Visits none(const Catalogue& catalogue) {
  return {std::vector<std::uint64_t>(catalogue.entries().size()),
          std::vector<std::uint64_t>(catalogue.meetings().size()),
          {}};
}

void compare(const System& system, const Catalogue& catalogue) {
  constexpr std::uint64_t kSeed = 7;
  Visits plain_visits = none(catalogue);
  const SearchResult plain = plain_search(system, kSeed, plain_visits);
  for (const std::uint32_t most : {0U, 1U, 2U, 30U, StateGraph::kMaxStates}) {
    INFO("at most " << most << " states");
    StateGraph graph(system, most);
    // The second time over, the graph knows all that it is going to.
    for (int time = 0; time < 2; ++time) {
      Visits visits = none(catalogue);
      check_same(search(graph, {kSeed, kSchedules, 0}, &visits), plain);
      CHECK(visits.outcomes == plain_visits.outcomes);
      CHECK(visits.meetings == plain_visits.meetings);
    }
  }
}

}  // namespace

TEST_CASE("the state graph changes no result of a search", "[search]") {
  Catalogue catalogue;
  for (const auto* name : {"linux-6.12", "hubbard-v2", "find-pages"}) {
    const Convention convention = test::convention(name);
    int compared = 0;
    for (const Scenario& scenario : shipped_scenarios(test::model().kinds)) {
      INFO(name << ", " << scenario.name);
      try {
        compare(compile(scenario, convention, test::model(), catalogue), catalogue);
        ++compared;
      } catch (const NotStated&) {
        continue;
      }
    }
    CHECK(compared > 0);
  }
}

}  // namespace pincheck::search
