// SPDX-License-Identifier: MIT
// Stories as JSON: events and holders, step by step. json_test.cpp holds it against the schema.
#include <nlohmann/json.hpp>

#include "checker/render/render.hpp"
#include "checker/testing/test_stories.hpp"

namespace pincheck::test {
namespace {

TEST_CASE("json: a golden story", "[render]") {
  const Told golden = golden_story(kTwoPages);
  check_golden(std::string(kTwoPages) + ".json",
               render::render_json(golden.story, golden.why).dump(2) + "\n");
}

TEST_CASE("json: holders account for the count until something goes wrong", "[render]") {
  for (const auto& [story, why] : shipped_stories()) {
    INFO(story.scenario.name << " under " << story.convention);
    const auto steps = render::render_json(story, why)["steps"];
    REQUIRE(steps.size() == story.steps.size());
    for (const auto& page : steps[0]["pages"]) {
      int expected = 0;
      for (const auto& holder : page["holders"])
        expected += holder["held"] == "pin" ? story.scenario.bias : 1;
      CHECK(page["ref"] == expected);
    }
  }
}

}  // namespace
}  // namespace pincheck::test
