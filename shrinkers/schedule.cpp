// SPDX-License-Identifier: MIT
#include "shrinkers/schedule.hpp"

#include <rapidcheck.h>

#include <algorithm>

namespace pincheck {
namespace {

const FlatOutcome& outcome_of(const System& system, const World& world, Choice choice) {
  const FlatThread& thread = system.threads[choice.thread];
  const FlatStep& step = system.steps[thread.step_begin + world.thread[choice.thread].pc];
  return system.outcomes[step.outcome_begin + choice.outcome];
}

/// All of a thread's moves together, as far as their order allows: fewer switches read better.
Moves with_fewer_switches(const System& system, Moves moves, int property) {
  for (std::size_t i = 1; i < moves.size(); ++i) {
    if (moves[i].thread == moves[i - 1].thread) continue;
    for (std::size_t earlier = i - 1; earlier > 0; --earlier) {
      if (moves[earlier - 1].thread != moves[i].thread) continue;
      Moves candidate = moves;
      std::rotate(candidate.begin() + static_cast<std::ptrdiff_t>(earlier),
                  candidate.begin() + static_cast<std::ptrdiff_t>(i),
                  candidate.begin() + static_cast<std::ptrdiff_t>(i) + 1);
      const auto outcome = replay(system, candidate, property);
      if (outcome && outcome->size() <= moves.size()) moves = *outcome;
      break;
    }
  }
  return moves;
}

}  // namespace

Moves moves_of(const System& system, const std::vector<Choice>& schedule) {
  Moves moves;
  Run run(system);
  for (const Choice& choice : schedule) {
    moves.push_back({choice.thread, outcome_of(system, run.world(), choice).coverage});
    run.take(choice);
  }
  return moves;
}

std::optional<Choice> choice_for(const System& system, const Run& run, const Move& move) {
  for (const Choice& choice : run.choices())
    if (choice.thread == move.thread &&
        outcome_of(system, run.world(), choice).coverage == move.outcome)
      return choice;
  return std::nullopt;
}

std::optional<Moves> replay(const System& system, const Moves& moves, int property) {
  const PropertySet bit = PropertySet{1} << property;
  Moves taken;
  Run run(system);
  for (const Move& move : moves) {
    const auto choice = choice_for(system, run, move);
    if (!choice) continue;
    taken.push_back(move);
    if ((run.take(*choice) & bit) != 0) return taken;
  }
  if ((run.finish() & bit) != 0) return taken;
  return std::nullopt;
}

Moves shrink_schedule(const System& system, Moves moves, int property) {
  const auto first = replay(system, moves, property);
  if (!first) return moves;
  const auto tree = [](const Moves& from) {
    return rc::shrinkable::shrinkRecur(from,
                                       [](const Moves& m) { return rc::shrink::removeChunks(m); });
  };
  auto best = tree(*first);
  int replays = 0;
  for (bool shorter = true; shorter;) {
    shorter = false;
    auto candidates = best.shrinks();
    while (auto candidate = candidates.next()) {
      if (++replays > kMaxReplays) break;
      const auto outcome = replay(system, candidate->value(), property);
      if (!outcome) continue;
      best = tree(*outcome);
      shorter = true;
      break;
    }
  }
  return with_fewer_switches(system, best.value(), property);
}

}  // namespace pincheck
