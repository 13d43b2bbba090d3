// SPDX-License-Identifier: MIT
#include "shrinkers/mechanism.hpp"

namespace pincheck::shrinkers {

Mechanism mechanism_of(const Scenario& scenario, Keep keep, const World& world,
                       const Event& event) {
  Mechanism found;
  found.kind = event.kind;
  found.held = event.held;
  found.as = event.as;
  found.role = event.role;
  found.structural = event.structural;
  const bool counted = event.kind == EventKind::acquired || event.kind == EventKind::released;
  found.when_free = counted && world.page[event.page].has(kFree);
  found.below_zero = event.kind == EventKind::acquired && event.before < 0;
  if (event.kind == EventKind::quiescent || event.kind == EventKind::stuck) return found;
  const ActorSpec& actor = scenario.actors[event.actor];
  found.path = actor.path;
  if (keep == Keep::question) found.caller = actor.caller;
  return found;
}

std::optional<Mechanism> mechanism_shown(const Scenario& scenario, Keep keep, const System& system,
                                         const Moves& moves, int property) {
  const PropertySet bit = PropertySet{1} << property;
  Run run(system);
  run.watch(property);
  for (const Move& move : moves) {
    const auto choice = choice_for(system, run, move);
    if (choice && (run.take(*choice) & bit) != 0) break;
  }
  if ((run.violated() & bit) == 0) run.finish();
  if ((run.violated() & bit) == 0) return std::nullopt;
  return mechanism_of(scenario, keep, run.watched_world(), run.watched_event());
}

Counts counts_as(const Mechanism& wanted, const Scenario& scenario, Keep keep) {
  return [wanted, &scenario, keep](const World& world, const Event& event) {
    return mechanism_of(scenario, keep, world, event) == wanted;
  };
}

}  // namespace pincheck::shrinkers
