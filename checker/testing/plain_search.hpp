// SPDX-License-Identifier: MIT
// checker/testing: uses checker/report, checker/predict, checker/reproduce; used by all tests.
// Every interleaving the slow and obvious way: what the fast search and other checkers are held
// against. No reduction, no memory of steps, no packing.
#pragma once

#include <cstdint>

#include "properties/run.hpp"

namespace pincheck {

struct PlainResult {
  std::uint64_t states = 0;  ///< different pairs of a world and "the run has ended there"
  std::uint64_t edges = 0;   ///< steps out of those states
  PropertySet violated = 0;  ///< in any step, or where nobody can move
  bool complete = false;     ///< false when there were more than `max_states`
};

/// Breadth-first search. A step that violates one of run_enders() leads to a state of its own,
/// which has no successors; where nobody can move, the end is judged as Run::finish does.
PlainResult plain_search(const System&, std::uint64_t max_states);

}  // namespace pincheck
