// SPDX-License-Identifier: MIT
// The explanation of every property, as a whole story, held against golden/<property>*.txt.
// PINCHECK_UPDATE_GOLDEN=1 writes those files anew, from their first lines.
#include "checker/explain/explain.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "checker/explore/shortest.hpp"
#include "checker/render/render.hpp"
#include "checker/testing/forall.hpp"
#include "shrinkers/minimize.hpp"

namespace pincheck::explain {
namespace {

/// A file of golden/. Its first line says what is explained, "SCENARIO under CONVENTION: PROPERTY",
/// and may add a convention under which the property holds: ", not under CONVENTION". The scenario
/// ships, or is in a TOML file of the same name. The name begins with the property's.
struct Golden {
  std::string path;  ///< without extension
  std::string scenario;
  std::string convention;
  std::string property;
  std::string good_convention;  ///< may be empty

  std::string heading() const {
    return scenario + " under " + convention + ": " + property +
           (good_convention.empty() ? "" : ", not under " + good_convention) + "\n";
  }
};

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Golden read_golden(const std::filesystem::path& file) {
  const std::string text = content(file.string());
  static const std::regex heading("(\\S+) under (\\S+): ([a-z-]+)(?:, not under (\\S+))?\n");
  std::smatch match;
  INFO(file);
  REQUIRE(std::regex_search(text, match, heading, std::regex_constants::match_continuous));
  std::filesystem::path bare = file;
  return {bare.replace_extension().string(), match[1], match[2], match[3], match[4]};
}

std::vector<Golden> all_golden() {
  const char* root = std::getenv("PINCHECK_SOURCE_DIR");
  REQUIRE(root != nullptr);
  std::vector<Golden> all;
  for (const auto& file :
       std::filesystem::directory_iterator(std::string(root) + "/checker/explain/golden"))
    if (file.path().extension() == ".txt") all.push_back(read_golden(file.path()));
  return all;
}

Scenario scenario_of(const Golden& one) {
  const std::string own = content(one.path + ".toml");
  return own.empty() ? find_scenario(one.scenario, test::model().kinds) : test::scenario(own);
}

/// The story of a shortest schedule, without actors that take no step.
struct Told {
  story::Story story;
  Explanation why;

  explicit Told(const Golden& one) {
    const Scenario scenario = scenario_of(one);
    const Convention convention = test::convention(one.convention);
    const int property = property_index(one.property);
    REQUIRE(property >= 0);
    Catalogue catalogue;
    const System system = compile(scenario, convention, test::model(), catalogue);
    const explore::Shortest found = explore::shortest(system, PropertySet{1} << property, {});
    INFO(one.heading());
    REQUIRE(found.found != 0);
    Moves moves = moves_of(system, found.schedule[property]);
    const Scenario small = shrinkers::without_bystanders(scenario, moves);
    const System smaller = compile(small, convention, test::model(), catalogue);
    story = story::tell(small, smaller, convention.name, moves, property);
    why = explain(story, smaller);
  }
};

}  // namespace

TEST_CASE("every property is violated in a golden file, and holds next door", "[explain]") {
  // Next door to these is in properties_test.cpp and checks_test.cpp.
  std::set<std::string> next_door{"freeze-sound", "dirty-not-lost", "completes"};
  std::set<std::string> told;
  for (const Golden& one : all_golden()) {
    INFO(one.path);
    CHECK(std::filesystem::path(one.path).filename().string().starts_with(one.property));
    told.insert(one.property);
    if (one.good_convention.empty()) continue;
    const auto good = test::run(scenario_of(one), test::convention(one.good_convention), 4000);
    CHECK_FALSE(test::violates(good, one.property));
    next_door.insert(one.property);
  }
  for (const Property& property : properties()) {
    INFO(property.name);
    CHECK(told.contains(std::string(property.name)));
    CHECK(next_door.contains(std::string(property.name)));
  }
}

TEST_CASE("explanations are as in the golden files", "[explain]") {
  for (const Golden& one : all_golden()) {
    const auto [story, why] = Told(one);
    INFO(one.path);
    CHECK(story.scenario.name == one.scenario);
    CHECK_FALSE(why.because.empty());
    const std::string text = one.heading() + render::render_text(story, why, {});
    const std::string path = one.path + ".txt";
    if (std::getenv("PINCHECK_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << text;
    CHECK(text == content(path));
  }
}

TEST_CASE("an explanation is a list of whole sentences, whatever their length", "[explain]") {
  std::size_t longest = 0;
  for (const Golden& one : all_golden())
    for (const std::string& sentence : Told(one).why.because) {
      INFO(sentence);
      CHECK_FALSE(sentence.starts_with(' '));
      longest = std::max(longest, sentence.size());
    }
  CHECK(longest > 100);
}

TEST_CASE("holders keep the step that took their reference", "[explain]") {
  const Told told({"", "s4-direct-to-pipe", "hubbard-v1-diff", "pin-unpin-balanced", ""});
  const auto since = [&](std::size_t steps) {
    std::string out;
    for (const story::Holder& one : story::holders_of(told.story, steps, 0))
      out += one.who + " " + std::to_string(one.since) + ";";
    return out;
  };
  CHECK(since(0).empty());
  CHECK(since(2) == "a pipe buffer 2;");
  CHECK(since(3) == "a pipe buffer 2;splice's get (extraction) 3;");
}

TEST_CASE("a livelock names the lock and who keeps it", "[explain]") {
  const auto keep = [](Builder& b) {
    b.step("lock", "folio_lock").outcome("", {!is::locked}, {to::lock});
  };
  const auto spin = [](Builder& b) {
    b.label("again");
    b.step("try", "folio_trylock")
        .outcome("busy", {is::locked}, {}, at("again"))
        .outcome("locked", {!is::locked}, {to::lock});
  };
  const System system = test::HandMade(1).actor({0}, keep).actor({0}, spin).system();
  Scenario scenario;
  scenario.pages = {{.name = "a"}};
  scenario.actors.resize(2);
  scenario.actors[0].name = "keeper";
  scenario.actors[1].name = "spinner";
  const explore::Livelock lock = explore::find_livelock(system, std::size_t{64} << 20, nullptr);
  REQUIRE(lock.found);
  const story::Story story = story::tell_livelock(scenario, system, "", lock);
  const Explanation why = explain(story, system);
  CHECK(why.sentence ==
        "steps 2 to 2 can repeat for ever; after step 1 no schedule without faults comes to an "
        "end");
  CHECK(why.because ==
        std::vector<std::string>{"spinner goes round in (2) folio_trylock(), for the lock of page "
                                 "a, which keeper has held since (1)"});
}

TEST_CASE("every violation of generated scenarios is explained", "[explain]") {
  test::forall(300, [] {
    const Scenario scenario = *test::scenarios();
    test::DrawnChooser choose;
    const Convention convention = choose.one_of(shipped_conventions(test::model().kinds));
    const auto system = test::compiled(scenario, convention);
    RC_PRE(system.has_value());
    const search::SearchResult result = search::search(*system, {1, 200, 0}, nullptr);
    for (int property = 0; property < static_cast<int>(properties().size()); ++property) {
      const auto& found = result.violation[property].schedule;
      if (found.empty()) continue;
      const story::Story story =
          story::tell(scenario, *system, convention.name, moves_of(*system, found), property);
      const Explanation why = explain(story, *system);
      RC_LOG() << render::render_text(story, why, {});
      RC_ASSERT_FALSE(why.because.empty());
    }
  });
}

}  // namespace pincheck::explain
