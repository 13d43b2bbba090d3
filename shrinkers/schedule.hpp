// SPDX-License-Identifier: MIT
// shrinkers: uses checker/explore; used by checker/counterexample.
// Making a failing schedule short.
#pragma once

#include "model/base/stopped.hpp"
#include "properties/schedule.hpp"

namespace pincheck::shrinkers {

/// Most replays a schedule's shrinking may take; then the best so far is the result.
inline constexpr int kMaxReplays = 20000;

struct ShrunkSchedule {
  Moves moves;
  int replays = 0;  ///< evaluations it took
};

/// A schedule from which no run of moves can be deleted, nor replaced by one move: RapidCheck's
/// removeChunks and a replacement pass, walked down to a local minimum. `moves` must violate the
/// property in a way that counts, and so does the result. `stopped` may be null; when it says so
/// the best so far is the result.
ShrunkSchedule shrink_schedule(const System&, const Moves& moves, int property,
                               const Stopped& stopped = {}, const Counts& = {});

}  // namespace pincheck::shrinkers
