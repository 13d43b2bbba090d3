// SPDX-License-Identifier: MIT
// checker/testing: uses checker/report, checker/predict, checker/reproduce; used by all tests.
// Stories for the tests of renderings: all that the shipped conventions declare, and golden files.
#pragma once

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "checker/counterexample/replay.hpp"
#include "checker/testing/run_binary.hpp"
#include "checker/testing/test_support.hpp"

namespace pincheck::test {

/// A story, and why it is one.
struct Told {
  story::Story story;
  explain::Explanation why;
};

inline Told story_of(const std::string& text, const std::string& file) {
  Catalogue catalogue;
  const counterexample::Counterexample example =
      counterexample::parse_counterexample(text, file, model().kinds);
  const System system = counterexample::compile_counterexample(example, file, model(), catalogue);
  const counterexample::Replay replay =
      counterexample::replay_counterexample(example, file, system);
  return {replay.story, replay.why};
}

/// One for every counterexample that `check` saves.
inline const std::vector<Told>& shipped_stories() {
  static const std::vector<Told> all = [] {
    const Folder folder;
    pincheck(split("check --cases 1 --schedules 100 --save " + folder.path("saved")));
    std::vector<Told> stories;
    for (const auto& file : std::filesystem::directory_iterator(folder.path("saved")))
      stories.push_back(story_of(contents(file.path().string()), file.path().filename().string()));
    return stories;
  }();
  return all;
}

inline constexpr const char* kKilled = "s3-splice-to-nfs-killed-not-freed-while-in-use-find-pages";
inline constexpr const char* kTwoPages = "s4-direct-to-pipe-get-put-balanced-find-pages-always-put";

inline std::string golden_path(const std::string& name) { return "checker/render/golden/" + name; }

/// The story of a counterexample that is kept beside the golden files.
inline Told golden_story(const std::string& name) {
  return story_of(source_file(golden_path(name + ".toml")), name);
}

/// Compares with a golden file; PINCHECK_UPDATE_GOLDEN=1 rewrites it instead.
inline void check_golden(const std::string& name, const std::string& text) {
  if (std::getenv("PINCHECK_UPDATE_GOLDEN") != nullptr)
    std::ofstream(variable("PINCHECK_SOURCE_DIR") + "/" + golden_path(name)) << text;
  INFO(name << ": if it is to change, run this test with PINCHECK_UPDATE_GOLDEN=1");
  CHECK(source_file(golden_path(name)) == text);
}

/// The story with names and sentences full of what a format may trip on.
inline Told hostile_story() {
  auto [story, why] = golden_story(kKilled);
  const std::string evil = "end; %%#35;:\"<b>'`\\{}[]()|~&*^$!?\n\x1b->>x";
  Scenario& scenario = story.scenario;
  for (story::StoryStep& step : story.steps) {
    const bool completion = step.actor != scenario.actors[0].name;
    step.actor = evil + (completion ? "/io" : "");
    step.outcome = "End " + evil;
  }
  scenario.actors[0].name = evil;
  scenario.pages[0].name = "END";
  scenario.pipes[0].name = "<br/>end";
  why.sentence = "the end of " + evil;
  why.because = {"end", evil};
  return {story, why};
}

}  // namespace pincheck::test
