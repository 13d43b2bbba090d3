// SPDX-License-Identifier: MIT
#include "checker/explore/macro_steps.hpp"

#include <utility>

namespace pincheck::explore {
namespace {

void observe(void* self, const System& system, const World& world, const Event& event) {
  Walk& walk = *static_cast<Walk*>(self);
  walk.violated |= violations(system, world, event);
  // A freed page has its holders looked for, and its users marked, in every request.
  walk.everybody = walk.everybody || event.kind == EventKind::freed;
}

}  // namespace

void MacroSteps::from(const World& world, int thread, std::vector<Walk>& out) {
  Choices choices;
  enabled(components_.system(), world, thread, choices);
  Walk walk;
  walk.world = world;
  for (const Choice& choice : choices) take(walk, choice, out);
}

std::vector<Walk> MacroSteps::at_start() {
  Walk start;
  start.world = components_.system().initial;
  std::vector<Walk> walks{start};
  for (int actor = 0; merge_ && actor < components_.system().actors; ++actor) {
    std::vector<Walk> further;
    for (Walk& walk : walks)
      if (walk.ended || !go_on(walk, actor, further)) further.push_back(std::move(walk));
    walks = std::move(further);
  }
  return walks;
}

void MacroSteps::take(Walk walk, Choice choice, std::vector<Walk>& out) {
  const FlatStep& step = components_.system().flat_step(walk.world, choice.thread);
  components_.note_taken(step.outcome_begin + choice.outcome);
  apply(components_.system(), walk.world, choice, {&observe, &walk});
  walk.choices.push_back(choice);
  walk.ended = (walk.violated & components_.enders()) != 0;
  if (!walk.ended && merge_ && go_on(walk, choice.thread / 2, out)) return;
  out.push_back(std::move(walk));
}

bool MacroSteps::go_on(const Walk& walk, int actor, std::vector<Walk>& out) {
  const ActorInfo& info = components_.info(actor, components_.number(actor, walk.world));
  for (int i = 0; i < 2; ++i) {
    if (!info.thread[i].merges) continue;
    Choices choices;
    enabled(components_.system(), walk.world, 2 * actor + i, choices);
    if (choices.size == 0) continue;
    for (const Choice& choice : choices) take(walk, choice, out);
    return true;
  }
  return false;
}

}  // namespace pincheck::explore
