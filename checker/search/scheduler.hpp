// SPDX-License-Identifier: MIT
// checker/search: uses properties, model/compile; used by checker/explore.
// Who takes the next step, and with which outcome.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "checker/search/rng.hpp"
#include "model/machine/machine.hpp"

namespace pincheck::search {

/// Set bits of every set of ten threads, where no instruction counts them.
inline constexpr auto kPopcount = [] {
  std::array<std::uint8_t, 1U << 10> count{};
  for (std::uint32_t set = 1; set < count.size(); ++set)
    count[set] = static_cast<std::uint8_t>(count[set / 2] + set % 2);
  return count;
}();

inline std::uint32_t threads_in(std::uint32_t set) {
  if constexpr (kMaxThreads <= 10) return kPopcount[set];
  std::uint32_t count = 0;
  for (; set != 0; set >>= 10) count += kPopcount[set & 1023];
  return count;
}

/// Picks at random. Uniform: any thread that can move. PCT (Burckhardt et al., ASPLOS 2010): the
/// thread of highest random priority, which drops below all others at d - 1 random moments; with n
/// threads and k steps one run finds a bug of depth d with probability at least 1/(n k^(d-1)).
/// Outcomes are chosen evenly among the ordinary ones, and one step in eight among the faults:
/// the paper's bound is for the schedule alone, given the outcomes.
class Scheduler {
 public:
  /// Starts a run. `depth` 0 means uniform, otherwise PCT's d (1 to 8) over `length` steps.
  void start(Rng rng, int threads, int depth, int length);
  /// One of the threads that can move: bit i of `movable`, not 0, is thread i.
  int pick_thread(std::uint32_t movable);
  /// A number below `ordinary + faults`, which is not 0; the faults are those from `ordinary` on.
  int pick_outcome(int ordinary, int faults);
  /// Both at once: one of the enabled choices; there must be one.
  Choice pick(const System&, const World&, const Choices&);

 private:
  int highest(std::uint32_t movable);
  int change_priorities(std::uint32_t movable);
  void rank();
  void lower(int thread, int priority);
  void await_change();

  static constexpr int kMaxDepth = 8;
  Rng rng_{0};
  int threads_ = 0;
  int depth_ = 0;
  int step_ = 0;
  int next_change_ = 0;  ///< the step of the next change of priorities; below step_ when none is
  int last_ = 0;         ///< likely to be the highest again
  std::array<std::int16_t, kMaxThreads> priority_{};
  std::array<std::uint32_t, kMaxThreads> above_{};  ///< per thread: those of higher priority
  std::array<std::uint16_t, kMaxDepth> change_at_{};
};

inline int Scheduler::highest(std::uint32_t movable) {
  const auto is_highest = [&](int thread) { return (movable & above_[thread]) == 0; };
  if ((movable >> last_ & 1) != 0 && is_highest(last_)) return last_;
  for (last_ = std::countr_zero(movable); !is_highest(last_); last_ = std::countr_zero(movable))
    movable &= movable - 1;
  return last_;
}

inline int Scheduler::pick_thread(std::uint32_t movable) {
  if (depth_ == 0) {
    for (auto skip = rng_.below(threads_in(movable)); skip > 0; --skip) movable &= movable - 1;
    return std::countr_zero(movable);
  }
  if (++step_ == next_change_) [[unlikely]]
    return change_priorities(movable);
  return highest(movable);
}

inline int Scheduler::pick_outcome(int ordinary, int faults) {
  const bool take_fault = faults > 0 && (ordinary == 0 || rng_.below(8) == 0);
  const int count = take_fault ? faults : ordinary;
  const int skipped = take_fault ? ordinary : 0;
  return skipped +
         (count > 1 ? static_cast<int>(rng_.below(static_cast<std::uint32_t>(count))) : 0);
}

/// PCT's lower bound on the probability that one run finds a bug of the given depth.
double pct_bound(int threads, int steps, int depth);

}  // namespace pincheck::search
