// SPDX-License-Identifier: MIT
#include "properties/schedule.hpp"

namespace pincheck {

Moves moves_of(const System& system, const std::vector<Choice>& schedule) {
  Moves moves;
  Run run(system);
  for (const Choice& choice : schedule) {
    moves.push_back({choice.thread, system.outcome_of(run.world(), choice).coverage});
    run.take(choice);
  }
  return moves;
}

std::optional<Choice> choice_for(const System& system, const Run& run, const Move& move) {
  for (const Choice& choice : run.choices())
    if (choice.thread == move.thread &&
        system.outcome_of(run.world(), choice).coverage == move.outcome)
      return choice;
  return std::nullopt;
}

std::optional<Moves> replay(const System& system, const Moves& moves, int property,
                            const Counts& counts) {
  const PropertySet bit = PropertySet{1} << property;
  Moves taken;
  Run run(system);
  if (counts) run.watch(property);
  for (const Move& move : moves) {
    const auto choice = choice_for(system, run, move);
    if (!choice) continue;
    taken.push_back(move);
    if ((run.take(*choice) & bit) != 0) break;
  }
  if ((run.violated() & bit) == 0) run.finish();
  if ((run.violated() & bit) == 0) return std::nullopt;
  if (counts && !counts(run.watched_world(), run.watched_event())) return std::nullopt;
  return taken;
}

}  // namespace pincheck
