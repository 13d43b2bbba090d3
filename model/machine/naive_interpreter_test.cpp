// SPDX-License-Identifier: MIT
// The interpreter against a second one that was written from the instructions' documentation alone:
// the same choices, the same events, the same states, on random runs.
#include "model/machine/naive_interpreter.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>
#include <utility>

#include "checker/testing/made_up.hpp"

namespace pincheck {
namespace {

constexpr int kMostSteps = 400;

/// What the fast interpreter tells of a step.
struct Heard {
  std::vector<std::pair<Event, World>> all;
  Observer observer() {
    const auto hear = [](void* self, const System&, const World& world, const Event& event) {
      static_cast<Heard*>(self)->all.emplace_back(event, world);
    };
    return {hear, this};
  }
};

/// One step in both. False where they differ.
bool agree_on(const System& system, Choice choice, World& world, naive::Interpreter& other) {
  Heard heard;
  apply(system, world, choice, heard.observer());
  const std::vector<naive::Told> told = other.take(choice);
  if (heard.all.size() != told.size()) return false;
  for (std::size_t i = 0; i < told.size(); ++i)
    if (heard.all[i].first != told[i].event || naive::plain(heard.all[i].second) != told[i].state)
      return false;
  return naive::plain(world) == other.state();
}

/// The name of the step in which both differ in a random run, "" where they agree to its end: past
/// violations, too, after which effects mean nothing but are still defined.
std::string difference(const System& system, std::uint64_t seed) {
  search::Rng rng(seed);
  World world = system.initial;
  naive::Interpreter other(system);
  for (int step = 0; step < kMostSteps; ++step) {
    Choices choices;
    enabled(system, world, choices);
    if (other.enabled() != std::vector<Choice>(choices.begin(), choices.end())) return "choices";
    if (choices.size == 0) return "";
    const Choice choice = choices.item[rng.below(static_cast<std::uint32_t>(choices.size))];
    std::string name = system.step_of(world, choice.thread).name;
    if (!agree_on(system, choice, world, other)) return name;
  }
  return "";
}

/// The same of so many runs.
std::string difference_in(const System& system, int runs) {
  for (int seed = 1; seed <= runs; ++seed) {
    const std::string where = difference(system, static_cast<std::uint64_t>(seed));
    if (!where.empty()) return where + " in run " + std::to_string(seed);
  }
  return "";
}

}  // namespace

TEST_CASE("a naive interpreter does the same on shipped scenarios", "[naive]") {
  const auto samples = test::shipped_samples();
  for (std::size_t i = 0; i < samples.size(); i += test::kShare) {
    INFO(samples[i].made_from);
    REQUIRE(difference_in(samples[i].system, 50) == "");
  }
}

TEST_CASE("a naive interpreter does the same on generated scenarios", "[naive]") {
  test::forall(2000, [] { RC_ASSERT(difference_in(test::any_sample().system, 20) == ""); });
}

TEST_CASE("a naive interpreter does the same on made-up systems", "[naive]") {
  test::forall(5000, [] { RC_ASSERT(difference_in(test::any_made_up_sample().system, 10) == ""); });
}

TEST_CASE("made-up systems have every instruction", "[naive]") {
  std::set<Do> seen;
  for (std::uint64_t seed = 0; seed < 500; ++seed)
    for (const Effect& effect : test::made_up_sample(seed).system.effects) seen.insert(effect.op);
  CHECK(static_cast<int>(seen.size()) == kDos);
}

}  // namespace pincheck
