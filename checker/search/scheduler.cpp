// SPDX-License-Identifier: MIT
#include "checker/search/scheduler.hpp"

#include <cmath>

namespace pincheck::search {

void Scheduler::start(Rng rng, int threads, int depth, int length) {
  rng_ = rng;
  threads_ = threads;
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
  rank();
  await_change();
}

Choice Scheduler::pick(const System& system, const World& world, const Choices& choices) {
  std::uint32_t movable = 0;
  for (const Choice& choice : choices) movable |= 1U << choice.thread;
  const int thread = pick_thread(movable);
  const FlatStep& step = system.flat_step(world, thread);
  std::array<Choice, kMaxChoices> candidate{};
  int size = 0;
  int ordinary = 0;
  for (const bool fault : {false, true}) {
    for (const Choice& choice : choices)
      if (choice.thread == thread &&
          system.outcomes[step.outcome_begin + choice.outcome].fault == fault)
        candidate[size++] = choice;
    if (!fault) ordinary = size;
  }
  return candidate[pick_outcome(ordinary, size - ordinary)];
}

int Scheduler::change_priorities(std::uint32_t movable) {
  for (int i = 0; i + 1 < depth_; ++i)
    if (change_at_[i] == step_) lower(highest(movable), depth_ - 1 - i);
  await_change();
  return highest(movable);
}

void Scheduler::rank() {
  std::array<std::uint8_t, kMaxThreads> by_rank{};
  for (int thread = 0; thread < threads_; ++thread)
    by_rank[priority_[thread] - depth_] = static_cast<std::uint8_t>(thread);
  std::uint32_t above = 0;
  for (int rank = threads_ - 1; rank >= 0; --rank) {
    above_[by_rank[rank]] = above;
    above |= 1U << by_rank[rank];
  }
}

void Scheduler::lower(int thread, int priority) {
  priority_[thread] = static_cast<std::int16_t>(priority);
  above_[thread] = 0;
  for (int other = 0; other < threads_; ++other) {
    const bool higher = priority_[other] > priority;
    above_[thread] |= static_cast<std::uint32_t>(higher) << other;
    const std::uint32_t self = 1U << thread;
    above_[other] = (above_[other] & ~self) | (higher || other == thread ? 0 : self);
  }
}

void Scheduler::await_change() {
  next_change_ = 0;
  for (int i = 0; i + 1 < depth_; ++i)
    if (change_at_[i] > step_ && (next_change_ == 0 || change_at_[i] < next_change_))
      next_change_ = change_at_[i];
}

double pct_bound(int threads, int steps, int depth) {
  return 1.0 / (threads * std::pow(steps, depth - 1));
}

}  // namespace pincheck::search
