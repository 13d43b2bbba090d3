// SPDX-License-Identifier: MIT
#include "checker/reproduce/timing.hpp"

#include <algorithm>

namespace pincheck::reproduce {
namespace {

int actor_of(const story::StoryStep& step) { return step.choice.thread / 2; }

/// The world before the step of that number; after the last one for 0.
const World& world_before(const story::Story& story, const System& system, int number) {
  if (number > 0) return story.steps[number - 1].before;
  return story.steps.empty() ? system.initial : story.steps.back().after;
}

Stage stage_of(const World& world, const System& system, const ActorSpec& spec, int actor) {
  const Request& request = world.request[actor];
  const bool submitter_done = system.leaving(world, 2 * actor);
  if (request.has(kKilled)) return Stage::returned;
  const bool waits = spec.async || !submitter_done;  // the program's actor, for its completion
  if (waits && request.has(kSubmitted) && !request.has(kDeviceDone)) return Stage::in_flight;
  if (!submitter_done) return Stage::begun;
  const bool completing = spec.async && request.has(kSubmitted) && !request.has(kCompleted) &&
                          !system.finished(world, 2 * actor + 1);
  return completing ? Stage::completing : Stage::returned;
}

std::vector<Wait> waits_at(const story::Story& story, const System& system,
                           const std::vector<Turn>& others, int number, int except) {
  std::vector<Wait> waits;
  const World& world = world_before(story, system, number);
  for (const Turn& other : others) {
    if (other.actor == except || other.step == 0) continue;
    if (number != 0 && other.step > number) continue;
    waits.push_back(
        {other.actor, stage_of(world, system, story.scenario.actors[other.actor], other.actor)});
  }
  return waits;
}

bool kills(const story::StoryStep& step) {
  constexpr std::uint16_t kGone = kKilled | kCancelled;
  const int actor = actor_of(step);
  return step.after.request[actor].has(kGone) && !step.before.request[actor].has(kGone);
}

}  // namespace

std::vector<Turn> turns(const story::Story& story, const System& system) {
  std::vector<Turn> all(story.scenario.actors.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i].actor = static_cast<int>(i);
  for (std::size_t i = 0; i < story.steps.size(); ++i) {
    Turn& turn = all[actor_of(story.steps[i])];
    const int number = static_cast<int>(i) + 1;
    if (turn.step == 0) turn.step = number;
    if (kills(story.steps[i])) turn.kill = number;
  }
  std::stable_sort(all.begin(), all.end(), [](const Turn& a, const Turn& b) {
    return (a.step == 0) < (b.step == 0) || (a.step != 0 && b.step != 0 && a.step < b.step);
  });
  for (Turn& turn : all) {
    turn.waits = waits_at(story, system, all, turn.step, turn.actor);
    if (turn.kill > 0) turn.kill_waits = waits_at(story, system, all, turn.kill, turn.actor);
    turn.device_between = turn.kill > 0;
  }
  for (const Turn& turn : all)
    for (const Wait& wait : turn.waits)
      for (Turn& other : all)
        if (other.actor == wait.actor && wait.stage == Stage::in_flight)
          other.device_between = true;
  return all;
}

}  // namespace pincheck::reproduce
