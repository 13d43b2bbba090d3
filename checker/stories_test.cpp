// SPDX-License-Identifier: MIT
#include "checker/stories.hpp"

#include <catch2/catch.hpp>

#include <set>

#include "checker/render/render.hpp"
#include "checker/search.hpp"
#include "checker/test_support.hpp"

namespace pincheck {

TEST_CASE("what is told of a question does not depend on the seed", "[minimize]") {
  Catalogue catalogue;
  const Scenario scenario = find_scenario("s3-tmp-page", test::model().kinds);
  const Convention convention = test::convention("find-pages");
  const System system = compile(scenario, convention, test::model(), catalogue);
  std::set<Mechanism> found;
  std::set<std::string> told;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Cell cell = make_cell(scenario, convention);
    cell.result = search(system, {seed, 3000, 0}, nullptr);
    decide(cell, system);
    const int property = property_index("not-freed-while-in-use");
    found.insert(mechanism_shown(scenario, Keep::question, system,
                                 moves_of(system, cell.result.violation[property].schedule),
                                 property)
                     .value());
    std::string text;
    StoryTeller teller(test::model(), catalogue, {.stopped = nullptr, .better = {}});
    for (const Shown& one : teller.of(cell)) text += render_text(one.story, false);
    told.insert(text);
  }
  CHECK(found.size() > 1);  // they do start from different ones
  CHECK(told.size() == 1);
}

}  // namespace pincheck
