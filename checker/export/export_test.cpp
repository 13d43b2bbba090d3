// SPDX-License-Identifier: MIT
// The exports as text. That SPIN and Rumur find our states in them is checked by scripts/compare.
#include <catch2/catch.hpp>

#include <set>

#include "checker/export/actions.hpp"
#include "checker/export/export.hpp"
#include "checker/testing/plain_search.hpp"
#include "checker/testing/test_support.hpp"

namespace pincheck::exporting {
namespace {

constexpr auto kConventions = {"get-put", "hubbard-v2", "linux-6.1", "linux-6.12", "find-pages"};

/// Calls `use(scenario, system, convention)` for all that the conventions state.
template <class Use>
void for_each_system(const Use& use) {
  Catalogue catalogue;
  for (const Scenario& scenario : shipped_scenarios(test::model().kinds))
    for (const char* name : kConventions) {
      try {
        const System system = compile(scenario, test::convention(name), test::model(), catalogue);
        INFO(scenario.name << " under " << name);
        use(scenario, system, name);
      } catch (const NotStated&) {
        continue;
      }
    }
}

System compiled(const Scenario& scenario, const std::string& convention) {
  Catalogue catalogue;
  return compile(scenario, test::convention(convention), test::model(), catalogue);
}

int count(const std::string& text, std::string_view what) {
  int found = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

constexpr int kAsks = static_cast<int>(Ask::process_left) + 1;

/// Two pages, two pipes and every instruction somewhere: what facts and texts must cope with.
System with_everything(const Scenario& scenario) {
  System system = compiled(scenario, "get-put");
  system.processes = kMaxProcesses;
  Step step{"test/step", "test", {}};
  for (int ask = 0; ask < kAsks; ++ask)
    for (const bool expect : {false, true})
      step.outcomes.push_back({"", {{static_cast<Ask>(ask), expect, 1}}, {}, 0, false, -1});
  for (int op = 0; op < kDos; ++op)
    step.outcomes.push_back({"", {}, {{static_cast<Do>(op), 1, 0}}, 0, false, -1});
  system.programs[0] = {step};
  return system;
}

const Scenario& two_pages() {
  static const Scenario scenario = test::scenario(R"(
name = "everything"
title = "an end */ of a comment"
page = [{ name = "a-b", backing = "file", order = 2 }, { name = "a.b", backing = "pipe" }]
pipe = [{ name = "do", holds = ["a-b"] }, { name = "page", holds = ["a.b"] }]
actor = [{ name = "if", path = "direct-read", caller = "bio", kind = "ubuf", pages = ["a-b"] },
         { name = "to", path = "tee", pipe = "do", to = "page" }])");
  return scenario;
}

}  // namespace

TEST_CASE("every shipped scenario is exported to both languages, the same every time", "[export]") {
  for_each_system([](const Scenario& scenario, const System& system, const char* convention) {
    const std::string promela = to_promela(scenario, system, convention);
    const std::string murphi = to_murphi(scenario, system, convention);
    CHECK(promela == to_promela(scenario, system, convention));
    CHECK(murphi == to_murphi(scenario, system, convention));
    std::size_t threads = 1;  // the judge
    for (const Program& program : system.programs) {
      threads += program.empty() ? 0 : 1;
      for (const Step& step : program) {
        CHECK(promela.find("/* " + step.name + ": " + step.function + " */") != std::string::npos);
        CHECK(murphi.find(": " + step.name) != std::string::npos);
      }
    }
    CHECK(count(promela, "active proctype ") == static_cast<int>(threads));
    CHECK(count(murphi, "\nstartstate\n") == 1);
  });
}

TEST_CASE("every property has a switch in the export, and some shipped scenario asserts it",
          "[export]") {
  std::set<std::string> asserted;
  for_each_system([&](const Scenario& scenario, const System& system, const char* convention) {
    const std::string promela = to_promela(scenario, system, convention);
    const std::string murphi = to_murphi(scenario, system, convention);
    for (const Property& property : properties()) {
      const std::string on = exporting::switch_of(property);
      CHECK(promela.find("#define " + on + " check_all") != std::string::npos);
      CHECK(murphi.find("  " + on + ": 1;") != std::string::npos);
      const bool in_promela = promela.find("assert(!" + on + ")") != std::string::npos;
      CHECK(in_promela == (murphi.find("if " + on + " = 1 then error") != std::string::npos));
      if (in_promela) asserted.insert(on);
    }
  });
  CHECK(asserted.size() == properties().size());
}

TEST_CASE("every test and every effect has a translation", "[export]") {
  const System system = with_everything(two_pages());
  for (const Language language : {Language::promela, Language::murphi}) {
    const View view(two_pages(), system, language);
    const auto mover = exporting::mover(view, view.groups[0], false);
    for (const Outcome& outcome : system.programs[0][0].outcomes) {
      CHECK_NOTHROW(exporting::guard(view, mover, outcome));
      exporting::Code code(language);
      CHECK_NOTHROW(exporting::act(code, view, mover, outcome));
    }
    Outcome unknown;
    unknown.when = {{static_cast<Ask>(kAsks), true, 0}};
    CHECK_THROWS_AS(exporting::guard(view, mover, unknown), std::invalid_argument);
  }
}

TEST_CASE("names that the languages reserve, or that fall together, are told apart", "[export]") {
  const System system = compiled(two_pages(), "linux-6.12");
  const std::string promela = to_promela(two_pages(), system, "linux-6.12");
  CHECK(promela.find("#define P_a_b 0\n#define P_a_bX2 1\n") != std::string::npos);
  CHECK(promela.find("everything: an end * / of a comment\n") != std::string::npos);
  CHECK(promela.find("proctype if(") == std::string::npos);
  CHECK(promela.find("proctype ifX2()") != std::string::npos);
  CHECK(promela.find("unsigned doX2_count : 3 = 1;") != std::string::npos);
  CHECK(to_murphi(two_pages(), system, "linux-6.12").find("  toX2: toX2_state;") !=
        std::string::npos);
}

TEST_CASE("like actors are a scalarset in Murphi", "[export]") {
  const Scenario scenario = find_scenario("bench-three-writers", test::model().kinds);
  const std::string murphi = to_murphi(scenario, compiled(scenario, "linux-6.12"), "linux-6.12");
  CHECK(murphi.find("  one_t: scalarset(3); -- like actors\n") != std::string::npos);
  CHECK(murphi.find("  one: array [one_t] of one_state;\n") != std::string::npos);
  CHECK(murphi.find("ruleset me: one_t do\n") != std::string::npos);
}

TEST_CASE("only what can change is a variable", "[export]") {
  const Scenario scenario = find_scenario("row10-writeback-during-dma", test::model().kinds);
  const std::string text = to_promela(scenario, compiled(scenario, "linux-6.12"), "linux-6.12");
  for (const char* absent : {"cursor", "read_page", "pins[", "backing[", "_own", "wrap("})
    CHECK(text.find(absent) == std::string::npos);
}

TEST_CASE("graphviz: a node for each state, an edge for each step", "[export]") {
  const Scenario scenario = find_scenario("s6-legacy-bvec", test::model().kinds);
  const System system = compiled(scenario, "hubbard-v1-diff");
  const PlainResult plain = plain_search(system, 1000);
  REQUIRE(plain.complete);
  const std::string graph = to_graphviz(scenario, system, "hubbard-v1-diff");
  const int edges = count(graph, " -> ");
  CHECK(edges == static_cast<int>(plain.edges));
  // Attributes take two lines.
  CHECK(count(graph, "\n  ") == static_cast<int>(plain.states) + edges + 2);
  CHECK(count(graph, "UNPIN") > 0);
  const Scenario large = find_scenario("s5-reclaim-under-dio", test::model().kinds);
  CHECK_THROWS_WITH(to_graphviz(large, compiled(large, "get-put"), "get-put"),
                    Catch::Contains("expected a smaller scenario"));
}

}  // namespace pincheck::exporting
