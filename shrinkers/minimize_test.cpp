// SPDX-License-Identifier: MIT
// What is called minimal, against searches that share nothing with the one that said so.
#include "shrinkers/minimize.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <bit>
#include <map>
#include <set>

#include "checker/explore/fewest_switches.hpp"
#include "checker/explore/shortest.hpp"
#include "checker/generate/generate.hpp"
#include "checker/testing/made_up.hpp"
#include "checker/testing/plain_search.hpp"
#include "checker/testing/sample.hpp"
#include "checker/testing/test_support.hpp"
#include "model/compile/well_formed.hpp"
#include "shrinkers/schedule.hpp"

namespace pincheck::shrinkers {
namespace {

using test::model;

/// Faults and switches of a schedule: what is compared after the length.
std::pair<int, int> cost_of(const System& system, const std::vector<Choice>& schedule) {
  std::pair<int, int> cost{0, 0};
  Run run(system);
  for (std::size_t i = 0; i < schedule.size(); ++i) {
    cost.first += system.outcome_of(run.world(), schedule[i]).fault ? 1 : 0;
    cost.second += i > 0 && schedule[i].thread != schedule[i - 1].thread ? 1 : 0;
    run.take(schedule[i]);
  }
  return cost;
}

using Cost = std::pair<int, int>;

/// The least cost of all schedules of `length` steps that violate the property: every way of every
/// length, kept by world and last thread.
Cost least_cost(const System& system, int property, std::size_t length) {
  struct Place {
    World world;
    int last = -1;
    Cost cost;
  };
  Cost least{1000, 1000};
  std::vector<Place> layer{{system.initial, -1, {0, 0}}};
  for (std::size_t depth = 0; depth <= length; ++depth) {
    std::map<std::string, Place> next;
    for (const Place& place : layer) {
      Choices choices;
      enabled(system, place.world, choices);
      PropertySet at_end = 0;
      report_end(system, place.world, choices.size == 0, collecting(at_end));
      if (depth == length && (at_end >> property & 1) != 0) least = std::min(least, place.cost);
      for (const Choice& choice : choices) {
        const test::Taken taken = test::take(system, place.world, choice);
        Place there{taken.world, choice.thread, place.cost};
        there.cost.first += system.outcome_of(place.world, choice).fault ? 1 : 0;
        there.cost.second += place.last >= 0 && place.last != choice.thread ? 1 : 0;
        if (depth + 1 == length && (taken.violated >> property & 1) != 0)
          least = std::min(least, there.cost);
        if ((taken.violated & run_enders()) != 0) continue;
        std::string key(reinterpret_cast<const char*>(&there.world), sizeof(World));
        key += static_cast<char>(there.last);
        const auto [at, fresh] = next.try_emplace(key, there);
        if (!fresh && there.cost < at->second.cost) at->second = there;
      }
    }
    layer.clear();
    for (auto& [key, place] : next) layer.push_back(place);
  }
  return least;
}

/// A scenario that random search drew and found a violation in.
struct Failing {
  Scenario scenario;
  int property = 0;
  Moves moves;
};

/// Small ones, so that plain searches can judge what is made of them.
std::vector<Failing> failing(const Convention& convention, Catalogue& catalogue,
                             std::size_t count) {
  std::vector<Failing> found;
  std::set<int> properties;
  for (std::uint64_t seed = 1; found.size() < count && seed < 3000; ++seed) {
    const Scenario scenario = generate::generate_scenario(model().kinds, seed);
    if (scenario.actors.size() > 2 || scenario.pages.size() > 2) continue;
    try {
      const System system = compile(scenario, convention, model(), catalogue);
      const search::SearchResult result = search::search(system, {seed, 60, 0}, nullptr);
      for (PropertySet rest = result.violated; rest != 0; rest &= rest - 1) {
        const int property = std::countr_zero(rest);
        found.push_back(
            {scenario, property, moves_of(system, result.violation[property].schedule)});
      }
    } catch (const NotStated&) {
      continue;
    }
  }
  return found;
}

/// The mechanisms by which runs of the scenario violate the property first, and how soon: breadth
/// first, every world by itself.
std::map<Mechanism, std::size_t> plainly_shown(const Scenario& scenario,
                                               const Convention& convention, int property,
                                               Catalogue& catalogue) {
  struct Seen {
    const Scenario& scenario;
    int property;
    std::optional<Mechanism> first;
    static void tell(void* self, const System& system, const World& world, const Event& event) {
      Seen& seen = *static_cast<Seen*>(self);
      if (!seen.first && (violations(system, world, event) >> seen.property & 1) != 0)
        seen.first = mechanism_of(seen.scenario, Keep::question, world, event);
    }
  };
  std::map<Mechanism, std::size_t> found;
  try {
    const System system = compile(scenario, convention, model(), catalogue);
    std::set<std::string> known;
    std::vector<World> layer{system.initial};
    for (std::size_t depth = 0; !layer.empty(); ++depth) {
      std::vector<World> next;
      for (const World& world : layer) {
        Choices choices;
        enabled(system, world, choices);
        Seen at_end{scenario, property, {}};
        report_end(system, world, choices.size == 0, {&Seen::tell, &at_end});
        if (at_end.first) found.try_emplace(*at_end.first, depth);
        for (const Choice& choice : choices) {
          Seen seen{scenario, property, {}};
          World there = world;
          apply(system, there, choice, {&Seen::tell, &seen});
          if (seen.first) found.try_emplace(*seen.first, depth + 1);
          if (seen.first || (test::take(system, world, choice).violated & run_enders()) != 0)
            continue;
          if (known.insert({reinterpret_cast<const char*>(&there), sizeof there}).second)
            next.push_back(there);
        }
      }
      layer = std::move(next);
    }
  } catch (const NotStated&) {
    return {};
  }
  return found;
}

Minimal minimal_of(const Scenario& scenario, const Convention& convention, const Moves& moves,
                   int property, Catalogue& catalogue) {
  return minimize(scenario, convention, moves, property, model(), catalogue,
                  {.stopped = nullptr, .better = {}});
}

}  // namespace

TEST_CASE("of the shortest schedules the one with the fewest faults and switches is taken",
          "[minimize]") {
  Catalogue catalogue;
  int compared = 0;
  int better = 0;
  for (const char* convention : {"hubbard-v1-diff", "find-pages", "linux-6.1"}) {
    for (const Failing& one : failing(test::convention(convention), catalogue, 40)) {
      const System system = compile(one.scenario, test::convention(convention), model(), catalogue);
      const PropertySet bit = PropertySet{1} << one.property;
      const auto shortest_found = explore::shortest(system, bit, {}).schedule[one.property];
      if (shortest_found.size() > 14) continue;  // slow
      const auto best = explore::fewest_switches(system, one.property,
                                                 static_cast<int>(shortest_found.size()), {});
      REQUIRE(best);
      const Cost least = least_cost(system, one.property, shortest_found.size());
      INFO(write_scenario(one.scenario, ""));
      CHECK(best->size() == shortest_found.size());
      CHECK(cost_of(system, *best) == least);
      ++compared;
      better += least < cost_of(system, shortest_found) ? 1 : 0;
    }
  }
  CHECK(compared > 30);
  CHECK(better > 0);
}

TEST_CASE("no smaller scenario fails, as a plain search sees it", "[minimize]") {
  Catalogue catalogue;
  int proved = 0;
  for (const char* name : {"hubbard-v1-diff", "find-pages", "linux-6.12"}) {
    const Convention convention = test::convention(name);
    for (const Failing& one : failing(convention, catalogue, 12)) {
      const Minimal minimal =
          minimal_of(one.scenario, convention, one.moves, one.property, catalogue);
      INFO(name << ": " << properties()[one.property].name << "\n"
                << write_scenario(minimal.scenario, ""));
      CHECK(minimal.minimality == Minimality::proved);
      const System system = compile(minimal.scenario, convention, model(), catalogue);
      const auto mechanism = mechanism_shown(one.scenario, Keep::question,
                                             compile(one.scenario, convention, model(), catalogue),
                                             one.moves, one.property);
      REQUIRE(mechanism);
      CHECK(mechanism_shown(minimal.scenario, Keep::question, system, minimal.moves,
                            one.property) == mechanism);
      const auto shown = plainly_shown(minimal.scenario, convention, one.property, catalogue);
      CHECK(minimal.moves.size() == shown.at(*mechanism));
      const auto smaller = sub_scenarios(minimal.scenario, Keep::question, 2000);
      REQUIRE(smaller);
      for (const Scenario& scenario : *smaller) {
        if (scenario == minimal.scenario) continue;
        CHECK(parts(scenario) < parts(minimal.scenario));
        CHECK_FALSE(
            plainly_shown(scenario, convention, one.property, catalogue).contains(*mechanism));
      }
      ++proved;
    }
  }
  CHECK(proved > 20);
}

TEST_CASE("what the search starts from does not matter", "[minimize]") {
  Catalogue catalogue;
  const Scenario scenario = find_scenario("s3-tmp-page", model().kinds);
  const Convention convention = test::convention("find-pages");
  const System system = compile(scenario, convention, model(), catalogue);
  const int property = property_index("not-freed-while-in-use");
  std::set<Moves::size_type> lengths;
  std::map<Mechanism, std::set<std::string>> results;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto found = search::search(system, {seed, 100000, PropertySet{1} << property}, nullptr)
                           .violation[property];
    REQUIRE_FALSE(found.schedule.empty());
    lengths.insert(found.schedule.size());
    const Moves moves = moves_of(system, found.schedule);
    const Minimal minimal = minimal_of(scenario, convention, moves, property, catalogue);
    std::string text = write_scenario(minimal.scenario, "");
    for (const Move& move : minimal.moves)
      text += std::to_string(move.thread) + ":" + std::to_string(move.outcome) + " ";
    results[mechanism_shown(scenario, Keep::question, system, moves, property).value()].insert(
        text);
  }
  CHECK(lengths.size() >= 3);  // they do start from different ones
  for (const auto& [mechanism, minima] : results) CHECK(minima.size() == 1);
}

TEST_CASE("what the question is about stays", "[minimize]") {
  const auto question = [](Scenario scenario) {
    for (PageSpec& page : scenario.pages)
      page.dirty = page.buffers = page.stable = page.mapped = false;
    scenario.pages.resize(1);
    scenario.actors.resize(1);
    return scenario;
  };
  Scenario scenario;
  scenario.pages = {{.name = "a", .order = 2, .dirty = true, .buffers = true}, {.name = "b"}};
  scenario.actors.resize(2);
  scenario.actors[0] = {"read", "direct-read", "bio",       "bvec",           {0}, -1,
                        -1,     true,          Holds::none, Until::completion};
  scenario.actors[1] = {"other", "reclaim", "", "", {1}};
  scenario.without = {"reclaim/dirty-check"};
  scenario.reclaim_tests_pins = false;
  scenario.bias = 64;
  scenario.width = 16;
  const auto smaller = sub_scenarios(scenario, Keep::question, 2000);
  REQUIRE(smaller);
  CHECK(smaller->size() > 10);
  int first = 0;
  for (const Scenario& one : *smaller) {
    if (one.actors[0].name != "read") continue;
    ++first;
    Scenario same = question(scenario);
    same.actors[0].pages = one.actors[0].pages;
    // What only concerned the other actor goes with it.
    if (one.actors.size() == 1) same = tidied(same, test::model().kinds);
    CHECK(question(one) == same);
  }
  CHECK(first > 10);
  CHECK(sub_scenarios(scenario, Keep::nothing, 20000)->size() > smaller->size());
}

TEST_CASE("a creator that holds a pin is not shown with a get", "[minimize]") {
  Catalogue catalogue;
  const Scenario scenario = test::scenario(R"(name = "registered"
page = [{ name = "u", backing = "anon" }]
[[actor]]
name = "fixed"
path = "direct-read"
caller = "bio"
kind = "bvec"
pages = ["u"]
holds = "pin"
until = "submit"
async = true
[[actor]]
name = "exit"
path = "munmap"
pages = ["u"]
)");
  const Convention convention = test::convention("linux-6.12");
  const System system = compile(scenario, convention, model(), catalogue);
  int violated = 0;
  for (int property = 0; property < static_cast<int>(properties().size()); ++property) {
    const explore::Shortest found = explore::shortest(system, PropertySet{1} << property, {});
    if (found.found == 0) continue;
    const Minimal minimal = minimal_of(
        scenario, convention, moves_of(system, found.schedule[property]), property, catalogue);
    CHECK(minimal.scenario.actors[0].holds == Holds::pin);
    CHECK(minimal.scenario.actors[0].until == Until::submit);
    CHECK(minimal.scenario.actors[0].async);
    ++violated;
  }
  CHECK(violated > 0);
}

TEST_CASE("shrinking keeps to the mechanism that it is given", "[minimize]") {
  Catalogue catalogue;
  int several = 0;
  for (const char* name : {"hubbard-v1-diff", "find-pages", "get-put"}) {
    const Convention convention = test::convention(name);
    for (const Failing& one : failing(convention, catalogue, 80)) {
      const auto shown = plainly_shown(one.scenario, convention, one.property, catalogue);
      if (shown.size() < 2) continue;
      ++several;
      const System system = compile(one.scenario, convention, model(), catalogue);
      for (const auto& [mechanism, length] : shown) {
        explore::ShortestOptions options;
        options.counts = counts_as(mechanism, one.scenario, Keep::question);
        const explore::Shortest found =
            explore::shortest(system, PropertySet{1} << one.property, options);
        REQUIRE(found.proved);
        CHECK(found.schedule[one.property].size() == length);
        const Minimal minimal =
            minimal_of(one.scenario, convention, moves_of(system, found.schedule[one.property]),
                       one.property, catalogue);
        CHECK(minimal.minimality == Minimality::proved);
        CHECK(mechanism_shown(minimal.scenario, Keep::question,
                              compile(minimal.scenario, convention, model(), catalogue),
                              minimal.moves, one.property) == mechanism);
      }
    }
  }
  CHECK(several > 3);
}

TEST_CASE("a schedule without faults is better than one with fewer switches", "[minimize]") {
  const auto go = [](Builder& b) {
    b.step("wait", "")
        .fault("fails", {!is::page(kDirty)}, {})
        .outcome("goes", {is::page(kDirty)}, {to::put(Role::own)}, at("end"));
    b.step("put", "").always({to::put(Role::own)});
  };
  const auto dirty = [](Builder& b) { b.step("dirty", "").always({to::set(kDirty)}); };
  const System system = test::HandMade(1).actor({0}, go).actor({0}, dirty).system();
  const int property = property_index("get-put-balanced");
  const auto schedule = explore::fewest_switches(system, property, 2, {});
  REQUIRE(schedule);
  CHECK(cost_of(system, *schedule) == Cost{0, 1});
}

TEST_CASE("a budget ends minimizing with something that still fails", "[minimize]") {
  Catalogue catalogue;
  const Scenario scenario = find_scenario("s5n-reclaim-under-nfs", model().kinds);
  const Convention convention = test::convention("linux-6.12");
  const System system = compile(scenario, convention, model(), catalogue);
  const int property = property_index("no-dirty-after-clean");
  const auto found = search::search(system, {1, 20000, 0}, nullptr).violation[property].schedule;
  REQUIRE_FALSE(found.empty());
  int asked = 0;
  for (const int most : {0, 10, 100, 1000}) {
    MinimizeOptions options;
    asked = 0;
    options.stopped = [&] { return ++asked > most; };
    int told = 0;
    options.better = [&](const Minimal& minimal) {
      ++told;
      const System small = compile(minimal.scenario, convention, model(), catalogue);
      CHECK(replay(small, minimal.moves, property));
    };
    const Minimal minimal = minimize(scenario, convention, moves_of(system, found), property,
                                     model(), catalogue, options);
    CHECK(told >= 2);
    CHECK(minimal.minimality != Minimality::proved);
  }
}

TEST_CASE("every simplification makes a scenario smaller, or its callers earlier ones",
          "[minimize]") {
  test::forall(300, [] {
    Scenario scenario = *test::scenarios();
    test::DrawnChooser choose;
    scenario.bias = choose.chance(33) ? 64 : 1024;
    if (choose.chance(50)) scenario.without = CheckSet{"reclaim/pin-check"};
    for (const Scenario& one : simpler(scenario, Keep::question))
      RC_ASSERT(parts(one) < parts(scenario));
    for (const Scenario& one : simpler(scenario, Keep::nothing))
      RC_ASSERT(parts(one) <= parts(scenario));
  });
}

TEST_CASE("shrinking by itself often reaches a shortest schedule", "[minimize]") {
  Catalogue catalogue;
  int all = 0;
  int reached = 0;
  for (const char* name : {"find-pages", "hubbard-v1-diff", "linux-6.1", "get-put"}) {
    const Convention convention = test::convention(name);
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
      try {
        const Scenario scenario = generate::generate_scenario(model().kinds, seed);
        const System system = compile(scenario, convention, model(), catalogue);
        const search::SearchResult result = search::search(system, {seed, 3, 0}, nullptr);
        const explore::Shortest least = explore::shortest(
            system, result.violated, {explore::Reductions::none(), 20000000, nullptr});
        for (PropertySet rest = result.violated; rest != 0; rest &= rest - 1) {
          const int property = std::countr_zero(rest);
          const Moves moves = moves_of(system, result.violation[property].schedule);
          const ShrunkSchedule shrunk = shrink_schedule(system, moves, property);
          REQUIRE(replay(system, shrunk.moves, property));
          CHECK(shrunk.replays <= kMaxReplays + 1);
          ++all;
          reached += shrunk.moves.size() == least.schedule[property].size() ? 1 : 0;
        }
      } catch (const NotStated&) {
        continue;
      }
    }
  }
  INFO(reached << " of " << all);
  CHECK(20 * reached > 11 * all);  // by deletion alone it is less
}

}  // namespace pincheck::shrinkers
