// SPDX-License-Identifier: MIT
// A counterexample told step by step: who did what in which kernel function, and the worlds.
// checker/render/ prints it.
#pragma once

#include <string>
#include <vector>

#include "checker/explore/livelock.hpp"
#include "model/compile.hpp"
#include "shrinkers/schedule.hpp"

namespace pincheck {

struct StoryStep {
  std::string actor;     ///< thread name: "dio" or "dio/io"
  std::string function;  ///< kernel function
  std::string step;      ///< `<program>/<step>`
  std::string outcome;
  bool fault = false;
  World before;
  World after;
  std::vector<Event> events;  ///< what it did to pages, in order
};

struct Story {
  Scenario scenario;
  std::string convention;
  int property = 0;
  std::vector<StoryStep> steps;
  bool at_end = false;               ///< the violation shows when everybody has finished
  std::string sentence;              ///< what is wrong, in one sentence
  std::vector<std::string> because;  ///< the story behind the sentence, backwards, a line each
  Event event{};  ///< the one that violates the property, where there is a sentence
};

/// Tells the schedule. `moves` must violate the property (see replay()).
Story tell(const Scenario&, const System&, const std::string& convention, const Moves& moves,
           int property);

/// Tells a livelock: the way to the cycle, and the cycle once.
Story tell_livelock(const Scenario&, const System&, const std::string& convention, const Livelock&);

}  // namespace pincheck
