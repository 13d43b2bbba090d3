// SPDX-License-Identifier: MIT
#include "checker/judge/stories.hpp"

#include <catch2/catch.hpp>

#include <bit>
#include <set>

#include "checker/render/render.hpp"
#include "checker/search/search.hpp"
#include "checker/testing/sample.hpp"

namespace pincheck::judge {
namespace {

constexpr std::uint64_t kSeeds = 6;

/// What the StoryTeller says of the cell with what each seed's first schedules show, and how many
/// mechanisms those have of one property at most.
struct Told {
  std::set<std::string> texts;
  std::size_t mechanisms = 0;

  Told(const Scenario& scenario, const Convention& convention, Catalogue& catalogue) {
    const System system = compile(scenario, convention, test::model(), catalogue);
    std::map<int, std::set<shrinkers::Mechanism>> shown;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
      Cell cell = make_cell(scenario, convention);
      cell.result = search::search(system, {1, 500, 0}, nullptr);
      decide(cell, system);
      const search::SearchResult soon = search::search(system, {seed, 4, 0}, nullptr);
      for (int property = 0; property < kProperties; ++property)
        if (!soon.violation[property].schedule.empty() &&
            (cell.result.violated >> property & 1) != 0)
          cell.result.violation[property] = soon.violation[property];
      for (PropertySet rest = cell.result.violated; rest != 0; rest &= rest - 1) {
        const int property = std::countr_zero(rest);
        const Moves moves = moves_of(system, cell.result.violation[property].schedule);
        shown[property].insert(
            shrinkers::mechanism_shown(scenario, shrinkers::Keep::question, system, moves, property)
                .value());
        mechanisms = std::max(mechanisms, shown[property].size());
      }
      std::string text;
      StoryTeller teller(test::model(), catalogue, {.stopped = nullptr, .better = {}});
      for (const Shown& one : teller.of(cell)) text += render::render_text(one.story, one.why, {});
      texts.insert(text);
    }
  }
};

}  // namespace

TEST_CASE("what is told of a question does not depend on the seed", "[minimize]") {
  Catalogue catalogue;
  const Convention convention = test::convention("hubbard-v1-diff");
  int several = 0;
  for (std::uint64_t seed = 1; seed < 400 && several < 5; ++seed) {
    Scenario scenario = generate::generate_scenario(test::model().kinds, seed);
    if (scenario.actors.size() > 2 || !test::compiled(scenario, convention)) continue;
    const Told told(scenario, convention, catalogue);
    if (told.mechanisms < 2) continue;
    ++several;
    INFO("seed " << seed);
    CHECK(told.texts.size() == 1);
  }
  CHECK(several == 5);
}

}  // namespace pincheck::judge
