// SPDX-License-Identifier: MIT
#include "checker/story/story.hpp"

namespace pincheck::story {
namespace {

/// What taking the choice tells its observer.
std::vector<Event> events_of(const System& system, World world, Choice choice) {
  std::vector<Event> events;
  const auto keep = [](void* all, const System&, const World&, const Event& event) {
    static_cast<std::vector<Event>*>(all)->push_back(event);
  };
  apply(system, world, choice, {keep, &events});
  return events;
}

}  // namespace

Story tell(const Scenario& scenario, const System& system, const std::string& convention,
           const Moves& moves, int property) {
  Story story;
  story.scenario = scenario;
  story.convention = convention;
  story.property = property;
  const PropertySet bit = PropertySet{1} << property;
  Run run(system);
  run.watch(property);
  story.holders = holders_in(scenario, system, run.world());
  for (const Move& move : moves) {
    const auto choice = choice_for(system, run, move);
    if (!choice) continue;
    const Step& step = system.step_of(run.world(), move.thread);
    const Outcome& outcome = step.outcomes[choice->outcome];
    StoryStep told{thread_name(scenario, move.thread),
                   step.function,
                   step.name,
                   outcome.name,
                   outcome.fault,
                   run.world(),
                   {},
                   events_of(system, run.world(), *choice),
                   *choice,
                   {}};
    const PropertySet found = run.take(*choice);
    told.after = run.world();
    const auto& held = story.steps.empty() ? story.holders : story.steps.back().holders;
    told.holders =
        holders_after(scenario, held, told.events, static_cast<int>(story.steps.size()) + 1);
    story.steps.push_back(std::move(told));
    if ((found & bit) != 0) break;
  }
  if ((run.violated() & bit) == 0) {
    story.at_end = true;
    run.finish();
  }
  story.violated = (run.violated() & bit) != 0;
  if (!story.violated) return story;
  story.event = run.watched_event();
  story.world = run.watched_world();
  return story;
}

Story tell_livelock(const Scenario& scenario, const System& system, const std::string& convention,
                    const explore::Livelock& lock) {
  std::vector<Choice> schedule = lock.prefix;
  schedule.insert(schedule.end(), lock.cycle.begin(), lock.cycle.end());
  Story story = tell(scenario, system, convention, moves_of(system, schedule),
                     index_of(PropertyId::completes));
  story.violated = true;
  story.at_end = false;
  story.world = story.steps.back().after;
  story.cycle = static_cast<int>(lock.prefix.size()) + 1;
  story.doomed = static_cast<int>(lock.doomed);
  return story;
}

std::vector<Holder> holders_of(const Story& story, std::size_t steps, int page) {
  std::vector<Holder> held = steps == 0 ? story.holders : story.steps.at(steps - 1).holders;
  std::erase_if(held, [&](const Holder& one) { return one.what.page != page; });
  return held;
}

}  // namespace pincheck::story
