// SPDX-License-Identifier: MIT
// checker/explore: uses checker/search; used by shrinkers, checker/story.
// A breadth-first search's states, each with the one it came from: schedules can be read off.
#pragma once

#include <vector>

#include "checker/explore/transitions.hpp"
#include "checker/explore/visited.hpp"

namespace pincheck::explore {

/// States by number, in the order they were found. Keys are of one layout: who widens it starts
/// anew.
class StateTree {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  /// `numbered`: number() can be asked, at four bytes a state. `space` must outlive the tree.
  StateTree(ScenarioSpace& space, bool numbered, std::size_t max_bytes);

  enum class Added : std::uint8_t { fresh, known, no_room };
  /// Adds a state that was first reached from `parent`, kNone for a start.
  Added add(Key key, std::uint32_t parent);

  std::uint32_t size() const { return static_cast<std::uint32_t>(parents_.size()); }
  Key key(std::uint32_t node) const { return keys_[node].key; }
  /// The number of a state that is in the tree.
  std::uint32_t number(Key key);
  std::size_t bytes() const;

  /// A schedule from the start to the state.
  std::vector<Choice> schedule_to(std::uint32_t node) const;

 private:
  bool leads_to(const Walk& walk, std::uint32_t node) const;

  ScenarioSpace& space_;
  bool numbered_;
  std::size_t max_bytes_;
  Visited visited_;
  Frontier keys_;
  std::vector<std::uint32_t> parents_;
};

}  // namespace pincheck::explore
