// SPDX-License-Identifier: MIT
// checker/story: uses checker/explore; used by checker/explain.
// A counterexample told step by step: who did what in which kernel function, and the worlds. Facts
// only: checker/explain/ says why, checker/render/ prints it.
#pragma once

#include <string>
#include <vector>

#include "checker/explore/livelock.hpp"
#include "checker/story/holders.hpp"
#include "model/compile/compile.hpp"
#include "properties/schedule.hpp"

namespace pincheck::story {

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
  bool violated = false;        ///< the property is, and the next three say where
  bool at_end = false;          ///< the violation shows when everybody has finished
  Event event{};                ///< the one that violates the property
  World world;                  ///< at that moment
  std::vector<Holder> holders;  ///< of all pages, before the first step
  int cycle = 0;                ///< a livelock: number of the step with which its cycle begins
  int doomed = 0;               ///< a livelock: steps after which it can no longer be left
};

/// Tells the schedule. `moves` must violate the property (see replay()).
Story tell(const Scenario&, const System&, const std::string& convention, const Moves& moves,
           int property);

/// Tells a livelock: the way to the cycle, and the cycle once.
Story tell_livelock(const Scenario&, const System&, const std::string& convention,
                    const explore::Livelock&);

/// Who holds the page after the first `steps` steps, and since which step.
std::vector<Holder> holders_of(const Story&, std::size_t steps, int page);

}  // namespace pincheck::story
