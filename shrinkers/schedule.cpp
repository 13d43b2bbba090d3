// SPDX-License-Identifier: MIT
#include "shrinkers/schedule.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <utility>

namespace pincheck::shrinkers {
namespace {

/// The moves with a run of them replaced by one that is enabled there, longer runs first: deletion
/// alone gets stuck where a long way to do something can only be left for a shorter one.
std::vector<Moves> with_windows_replaced(const System& system, const Moves& moves) {
  std::vector<std::pair<std::size_t, Move>> instead;  // where, and what
  Run run(system);
  for (std::size_t at = 0; at < moves.size(); ++at) {
    for (const Choice& choice : run.choices())
      instead.push_back({at, {choice.thread, system.outcome_of(run.world(), choice).coverage}});
    const auto choice = choice_for(system, run, moves[at]);
    if (!choice) break;
    run.take(*choice);
  }
  std::vector<Moves> all;
  for (std::size_t length = moves.size(); length >= 2; --length) {
    for (const auto& [at, move] : instead) {
      if (at + length > moves.size()) continue;
      Moves& candidate =
          all.emplace_back(moves.begin(), moves.begin() + static_cast<std::ptrdiff_t>(at));
      candidate.push_back(move);
      candidate.insert(candidate.end(), moves.begin() + static_cast<std::ptrdiff_t>(at + length),
                       moves.end());
    }
  }
  return all;
}

/// All of a thread's moves together, as far as their order allows: fewer switches read better.
Moves with_fewer_switches(const System& system, Moves moves, int property, const Counts& counts) {
  for (std::size_t i = 1; i < moves.size(); ++i) {
    if (moves[i].thread == moves[i - 1].thread) continue;
    for (std::size_t earlier = i - 1; earlier > 0; --earlier) {
      if (moves[earlier - 1].thread != moves[i].thread) continue;
      Moves candidate = moves;
      std::rotate(candidate.begin() + static_cast<std::ptrdiff_t>(earlier),
                  candidate.begin() + static_cast<std::ptrdiff_t>(i),
                  candidate.begin() + static_cast<std::ptrdiff_t>(i) + 1);
      const auto outcome = replay(system, candidate, property, counts);
      if (outcome && outcome->size() <= moves.size()) moves = *outcome;
      break;
    }
  }
  return moves;
}

}  // namespace

ShrunkSchedule shrink_schedule(const System& system, const Moves& moves, int property,
                               const Stopped& stopped, const Counts& counts) {
  const auto first = replay(system, moves, property, counts);
  if (!first) return {moves, 1};
  const auto tree = [&](const Moves& from) {
    return rc::shrinkable::shrinkRecur(from, [&](const Moves& m) {
      return rc::seq::concat(rc::shrink::removeChunks(m),
                             rc::seq::fromContainer(with_windows_replaced(system, m)));
    });
  };
  auto best = tree(*first);
  int replays = 1;
  for (bool shorter = true; shorter;) {
    shorter = false;
    auto candidates = best.shrinks();
    while (auto candidate = candidates.next()) {
      if (++replays > kMaxReplays || says(stopped)) break;
      const auto outcome = replay(system, candidate->value(), property, counts);
      if (!outcome || outcome->size() >= best.value().size()) continue;
      best = tree(*outcome);
      shorter = true;
      break;
    }
  }
  return {with_fewer_switches(system, best.value(), property, counts), replays};
}

}  // namespace pincheck::shrinkers
