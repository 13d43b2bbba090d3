// SPDX-License-Identifier: MIT
// checker/explore: uses checker/search; used by shrinkers, checker/story.
// A thread's step, with the local steps that are merged into it.
#pragma once

#include <vector>

#include "checker/explore/components.hpp"
#include "properties/run.hpp"

namespace pincheck::explore {

/// A way from one state to the next: several choices where steps are merged.
struct Walk {
  World world;  ///< where it leads
  std::vector<Choice> choices;
  PropertySet violated = 0;
  bool ended = false;      ///< it violates one of Components::enders()
  bool everybody = false;  ///< what it found or did may depend on parts of other actors
};

class MacroSteps {
 public:
  MacroSteps(Components& components, bool merge) : components_(components), merge_(merge) {}

  /// Adds every walk that starts with a step of `thread`.
  void from(const World& world, int thread, std::vector<Walk>& out);
  /// The walks of local steps at the start, at least one; it has no choices where nothing merges.
  std::vector<Walk> at_start();

 private:
  void take(Walk walk, Choice choice, std::vector<Walk>& out);
  /// Goes on with local steps of the actor. Returns false when it has none.
  bool go_on(const Walk& walk, int actor, std::vector<Walk>& out);

  Components& components_;
  bool merge_;
};

}  // namespace pincheck::explore
