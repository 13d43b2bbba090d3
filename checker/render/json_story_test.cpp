// SPDX-License-Identifier: MIT
// Stories as JSON: events and holders, step by step. json_test.cpp holds it against the schema. And
// the Trace Event Format: each event has what its phase asks for, and says what the story says.
#include <map>
#include <nlohmann/json.hpp>
#include <set>

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

using Json = nlohmann::ordered_json;

/// Threads that are named, and slices of references that are open.
class Reader {
 public:
  void read(const Json& event) {
    INFO(event.dump());
    CHECK(event.at("pid") == 7);
    CHECK(event.at("ts") >= 0);
    CHECK(event.at("name").get<std::string>() != "");
    const std::string phase = event.at("ph");
    if (phase == "M") {
      if (event.at("name") == "thread_name") threads_.insert(event.at("tid").get<int>());
      CHECK(event.at("args").at("name").is_string());
    } else if (phase == "X") {
      CHECK(threads_.contains(event.at("tid").get<int>()));
      CHECK(event.at("dur") == 1000);
      ++steps;
    } else if (phase == "C") {
      for (const Json& value : event.at("args")) counts[event.at("name")] = value;
    } else if (phase == "b") {
      CHECK(open.try_emplace(event.at("id"), event).second);
    } else if (phase == "e") {
      const auto begun = open.extract(event.at("id").get<std::string>());
      REQUIRE_FALSE(begun.empty());
      CHECK(begun.mapped().at("cat") == event.at("cat"));
      CHECK(begun.mapped().at("name") == event.at("name"));
      CHECK(begun.mapped().at("ts") <= event.at("ts"));
    } else {
      CHECK(phase == "i");
      CHECK(event.at("s") == "p");
    }
  }

  std::size_t steps = 0;
  std::map<std::string, int> counts;
  std::map<std::string, Json> open;

 private:
  std::set<int> threads_;
};

TEST_CASE("perfetto: every story is a trace that can be read", "[render]") {
  for (const auto& [story, why] : shipped_stories()) {
    INFO(story.scenario.name << " under " << story.convention);
    Reader reader;
    for (const Json& event : render::render_perfetto(story, why, 7)) reader.read(event);
    CHECK(reader.steps == story.steps.size());
    CHECK(reader.open.empty());
    for (std::size_t page = 0; page < story.scenario.pages.size(); ++page)
      CHECK(reader.counts.at("_refcount of " + story.scenario.pages[page].name) ==
            story.steps.back().after.page[page].ref);
  }
}

}  // namespace
}  // namespace pincheck::test
