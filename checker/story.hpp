// SPDX-License-Identifier: MIT
// A counterexample told step by step: who did what in which kernel function, and the worlds.
// checker/render/ prints it.
#pragma once

#include <string>
#include <vector>

#include "checker/explain/holders.hpp"
#include "checker/explore/livelock.hpp"
#include "model/compile.hpp"
#include "properties/schedule.hpp"

namespace pincheck {

struct StoryStep {
  std::string actor;     ///< thread name: "dio" or "dio/io"
  std::string function;  ///< kernel function
  std::string step;      ///< `<program>/<step>`
  std::string outcome;
  bool fault = false;
  World before;
  World after;
  std::vector<Event> events;    ///< what it did to pages, in order
  Choice choice;                ///< which thread and outcome of the system it is
  std::vector<Holder> holders;  ///< of all pages, after the step
};

struct Story {
  Scenario scenario;
  std::string convention;
  int property = 0;
  std::vector<StoryStep> steps;
  bool at_end = false;          ///< the violation shows when everybody has finished
  std::string sentence;         ///< what is wrong, in one sentence
  Event event{};                ///< the one that violates the property, where there is a sentence
  std::vector<Holder> holders;  ///< of all pages, before the first step
  std::vector<std::string> because;  ///< how it came to that, from the violation backwards
};

/// Tells the schedule. `moves` must violate the property (see replay()).
Story tell(const Scenario&, const System&, const std::string& convention, const Moves& moves,
           int property);

/// Tells a livelock: the way to the cycle, and the cycle once.
Story tell_livelock(const Scenario&, const System&, const std::string& convention, const Livelock&);

/// Who holds the page after the first `steps` steps, and since which step.
std::vector<Holder> holders_of(const Story&, std::size_t steps, int page);

}  // namespace pincheck
