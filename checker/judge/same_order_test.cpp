// SPDX-License-Identifier: MIT
// What counterexamples are held against: the same order of steps under another convention.
#include <algorithm>
#include <catch2/catch.hpp>
#include <deque>

#include "checker/judge/what_if.hpp"
#include "checker/testing/test_support.hpp"

namespace pincheck::judge {
namespace {

/// The first counterexample of a cell.
class Example {
 public:
  Example(const std::string& scenario, const std::string& convention)
      : scenario_(find_scenario(scenario, test::model().kinds)),
        convention_(test::convention(convention)) {
    const JudgeOptions judging{{1, 200, 0}, kVerdictStates};
    const Cell cell = judge(scenario_, convention_, test::model(), catalogue_, judging, nullptr);
    StoryTeller teller(test::model(), catalogue_, {.stopped = nullptr, .better = {}});
    auto told = teller.of(cell);
    REQUIRE_FALSE(told.empty());
    shown_ = std::move(told.front());
  }
  const Shown& shown() const { return shown_; }

  /// Its steps under another convention, by name.
  Shown under(const std::string& other) {
    others_.push_back(test::convention(other));
    Catalogue fresh;
    return same_order(shown_, others_.back(), test::model(), fresh);
  }

 private:
  Scenario scenario_;
  Convention convention_;
  Catalogue catalogue_;
  Shown shown_;
  std::deque<Convention> others_;
};

std::vector<std::string> steps_of(const story::Story& story) {
  std::vector<std::string> names;
  for (const story::StoryStep& step : story.steps)
    names.push_back(step.actor + " " + step.step + " " + step.outcome);
  return names;
}

TEST_CASE("the same order under the same convention is the counterexample", "[judge]") {
  Example example("s3-splice-to-nfs-killed", "find-pages");
  const Shown again = example.under("find-pages");
  CHECK(steps_of(again.story) == steps_of(example.shown().story));
  CHECK(again.why.sentence == example.shown().why.sentence);
}

TEST_CASE("the same order has what another convention does besides, and not what it does not do",
          "[judge]") {
  Example example("s3-splice-to-nfs-killed", "find-pages");
  const Shown other = example.under("linux-6.12");
  CHECK_FALSE(other.story.violated);
  CHECK(other.why.sentence == "");
  std::size_t kills = 0;
  std::size_t gets = 0;
  std::vector<std::string> common;
  const auto names = steps_of(example.shown().story);
  for (const story::StoryStep& step : other.story.steps) {
    kills += step.outcome == "SIGKILL" ? 1 : 0;
    gets += step.step == "nfs-write/extract" ? 1 : 0;
    CHECK(step.step != "nfs-write/list-pages");
    const std::string name = step.actor + " " + step.step + " " + step.outcome;
    if (std::find(names.begin(), names.end(), name) != names.end()) common.push_back(name);
  }
  CHECK(kills == 1);
  CHECK(gets == 1);
  // All others are in the same order.
  std::vector<std::string> wanted = names;
  std::erase_if(
      wanted, [](const std::string& name) { return name.find("list-pages") != std::string::npos; });
  CHECK(common == wanted);
}

TEST_CASE("undisturbed, nothing comes between and nobody fails", "[judge]") {
  Catalogue catalogue;
  const Scenario scenario = find_scenario("s5-reclaim-under-dio", test::model().kinds);
  const story::Story told =
      undisturbed(scenario, test::convention("linux-6.12"), test::model(), catalogue);
  REQUIRE_FALSE(told.steps.empty());
  CHECK(std::none_of(told.steps.begin(), told.steps.end(),
                     [](const story::StoryStep& step) { return step.fault; }));
  CHECK_FALSE(told.violated);
}

}  // namespace
}  // namespace pincheck::judge
