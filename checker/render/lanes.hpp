// SPDX-License-Identifier: MIT
// checker/render: uses checker/explain; used by checker/counterexample.
// The threads of a story side by side.
#pragma once

#include <string>
#include <vector>

#include "checker/story/story.hpp"

namespace pincheck::render {

/// A thread, from its first step to its last; indices into Story::steps.
struct Lane {
  std::string name;
  std::size_t first = 0;
  std::size_t last = 0;
  bool alive(std::size_t step) const { return first <= step && step <= last; }
};

/// The threads that take a step, in the scenario's order, so that a completion is beside its actor.
std::vector<Lane> lanes_of(const story::Story&);

}  // namespace pincheck::render
