// SPDX-License-Identifier: MIT
// Who takes the next step, and with which outcome.
#pragma once

#include <array>
#include <cstdint>

#include "checker/rng.hpp"
#include "model/machine.hpp"

namespace pincheck {

/// Picks at random. Uniform: any thread that can move. PCT (Burckhardt et al., ASPLOS 2010): the
/// thread of highest random priority, which drops below all others at d - 1 random moments; with n
/// threads and k steps one run finds a bug of depth d with probability at least 1/(n k^(d-1)).
/// Outcomes are chosen evenly among the ordinary ones, and one step in eight among the faults:
/// the paper's bound is for the schedule alone, given the outcomes.
class Scheduler {
 public:
  /// Starts a run. `depth` 0 means uniform, otherwise PCT's d (1 to 8) over `length` steps.
  void start(Rng rng, int threads, int depth, int length);
  /// Picks one of the enabled choices; there must be one.
  Choice pick(const System&, const World&, const Choices&);

 private:
  int pick_thread(std::uint32_t movable);

  static constexpr int kMaxDepth = 8;
  Rng rng_{0};
  int depth_ = 0;
  int step_ = 0;
  std::array<std::int16_t, kMaxThreads> priority_{};
  std::array<std::uint16_t, kMaxDepth> change_at_{};
};

/// PCT's lower bound on the probability that one run finds a bug of the given depth.
double pct_bound(int threads, int steps, int depth);

}  // namespace pincheck
