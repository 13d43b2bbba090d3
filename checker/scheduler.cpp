// SPDX-License-Identifier: MIT
#include "checker/scheduler.hpp"

#include <bit>
#include <cmath>

namespace pincheck {

void Scheduler::start(Rng rng, int threads, int depth, int length) {
  rng_ = rng;
  depth_ = depth;
  step_ = 0;
  if (depth == 0) return;
  for (int thread = 0; thread < threads; ++thread) {
    const auto other = rng_.below(static_cast<std::uint32_t>(thread) + 1);
    priority_[thread] = priority_[other];
    priority_[other] = static_cast<std::int16_t>(depth + thread);
  }
  for (int i = 0; i + 1 < depth; ++i)
    change_at_[i] = static_cast<std::uint16_t>(1 + rng_.below(static_cast<std::uint32_t>(length)));
}

int Scheduler::pick_thread(std::uint32_t movable) {
  if (depth_ == 0) {
    auto skip = rng_.below(static_cast<std::uint32_t>(std::popcount(movable)));
    while (skip-- > 0) movable &= movable - 1;
    return std::countr_zero(movable);
  }
  int best = -1;
  const auto highest = [&] {
    best = -1;
    for (std::uint32_t rest = movable; rest != 0; rest &= rest - 1) {
      const int thread = std::countr_zero(rest);
      if (best < 0 || priority_[thread] > priority_[best]) best = thread;
    }
  };
  highest();
  ++step_;
  for (int i = 0; i + 1 < depth_; ++i) {
    if (change_at_[i] != step_) continue;
    priority_[best] = static_cast<std::int16_t>(depth_ - 1 - i);
    highest();
  }
  return best;
}

Choice Scheduler::pick(const System& system, const World& world, const Choices& choices) {
  std::uint32_t movable = 0;
  for (const Choice& choice : choices) movable |= 1U << choice.thread;
  const int thread = pick_thread(movable);
  std::uint32_t ordinary = 0;
  std::uint32_t faults = 0;
  const FlatStep& step = system.steps[system.threads[thread].step_begin + world.thread[thread].pc];
  for (int i = 0; i < choices.size; ++i) {
    if (choices.item[i].thread != thread) continue;
    const bool fault = system.outcomes[step.outcome_begin + choices.item[i].outcome].fault;
    (fault ? faults : ordinary) += 1;
  }
  const bool take_fault = faults > 0 && (ordinary == 0 || rng_.below(8) == 0);
  const std::uint32_t count = take_fault ? faults : ordinary;
  std::uint32_t skip = count > 1 ? rng_.below(count) : 0;
  for (int i = 0; i < choices.size; ++i) {
    if (choices.item[i].thread != thread) continue;
    const bool fault = system.outcomes[step.outcome_begin + choices.item[i].outcome].fault;
    if (fault == take_fault && skip-- == 0) return choices.item[i];
  }
  return choices.item[0];
}

double pct_bound(int threads, int steps, int depth) {
  return 1.0 / (threads * std::pow(steps, depth - 1));
}

}  // namespace pincheck
