// SPDX-License-Identifier: MIT
// checker/explore: uses checker/search; used by shrinkers, checker/story.
// Livelocks: threads that go on taking steps and can never come to an end.
//
// Where every outcome that is possible again and again is taken again and again (strong fairness),
// a run of a finite system ends up in a bottom strongly connected component of its state graph. So
// it fails to end only where a state is reached from which no schedule leads to an end; then no
// fair schedule does, and all that is left are cycles. Faults are the environment's choice, and
// nobody is fair to them: a way out by a fault alone is none. Where only faults are possible, they
// have to be taken.
#pragma once

#include <vector>

#include "model/base/stopped.hpp"
#include "model/machine/machine.hpp"

namespace pincheck::explore {

struct Livelock {
  bool found = false;
  /// Without a livelock: there is none. False when memory ended the search or it was stopped.
  bool complete = false;
  /// The way to a cycle. Its first `doomed` steps are a shortest way to a state from which no
  /// schedule leads to an end.
  std::vector<Choice> prefix;
  std::size_t doomed = 0;
  std::vector<Choice> cycle;  ///< comes back to the state where it starts
};

/// Looks for one among all states. Finds none where always_ends(). A state where a violation ends
/// the run counts as an end. `stopped` may be empty.
Livelock find_livelock(const System&, std::size_t max_bytes, const Stopped& stopped);

}  // namespace pincheck::explore
