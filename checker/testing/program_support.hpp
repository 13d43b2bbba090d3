// SPDX-License-Identifier: MIT
// checker/testing: uses checker/report, checker/predict, checker/reproduce; used by all tests.
// Programs for tests: of counterexamples, of searches, of any schedule.
#pragma once

#include <cstdlib>
#include <optional>
#include <string>

#include "checker/counterexample/replay.hpp"
#include "checker/reproduce/reproduce.hpp"
#include "checker/testing/run_binary.hpp"
#include "checker/testing/sample.hpp"
#include "checker/testing/test_support.hpp"

namespace pincheck::test {

inline std::string program(const counterexample::Counterexample& example, const std::string& file) {
  Catalogue catalogue;
  const System system = counterexample::compile_counterexample(example, file, model(), catalogue);
  const counterexample::Replay replay =
      counterexample::replay_counterexample(example, file, system);
  INFO(file << ": " << replay.problem);
  REQUIRE(replay.reproduced);
  return reproduce::reproduce(example, replay.story, system, model().kinds, file);
}

/// Every .c file of the folder.
inline bool compiles(const std::string& folder) {
  const std::string command =
      "cd '" + folder + "' && gcc -std=gnu17 -O2 -Wall -Wextra -Werror -fsyntax-only ./*.c";
  return std::system(command.c_str()) == 0;
}

/// A counterexample of a scenario that the corpus does not have.
inline counterexample::Counterexample found_by_search(std::string_view toml,
                                                      const std::string& name,
                                                      std::string_view property) {
  const Scenario asked = scenario(toml);
  const Convention under = test::convention(name);
  Catalogue catalogue;
  const System system = compile(asked, under, model(), catalogue);
  const int index = property_index(property);
  const Moves moves = shrunk(system, index, 5000);
  return counterexample::make_counterexample(story::tell(asked, system, under.name, moves, index),
                                             under, shrinkers::Minimality::none, 1);
}

/// Some schedule of the scenario: no violation, but all that a program is made of. Nothing where
/// the convention is silent.
inline std::optional<std::string> any_program(const Scenario& scenario, const Convention& under,
                                              std::uint64_t seed) {
  search::Rng rng(seed);
  counterexample::Counterexample example;
  example.property = "completes";
  example.convention = under;
  example.scenario = scenario;
  const auto system = compiled(scenario, under);
  if (!system) return {};
  Run run(*system);
  std::vector<Choice> schedule;
  for (const Choices& choices = run.choices(); choices.size > 0 && schedule.size() < 60;) {
    schedule.push_back(choices.item[rng.below(static_cast<std::uint32_t>(choices.size))]);
    run.take(schedule.back());
  }
  const story::Story story = story::tell(scenario, *system, "any", moves_of(*system, schedule), 0);
  return reproduce::reproduce(example, story, *system, model().kinds, "random.toml");
}

/// The same of a scenario as text, under a shipped convention.
inline std::string program_of(std::string_view toml, const std::string& under = "get-put") {
  return any_program(scenario(toml), convention(under), 1).value();
}

}  // namespace pincheck::test
