// SPDX-License-Identifier: MIT
#include "checker/judge/stories.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "checker/counterexample/counterexample.hpp"
#include "checker/explore/shortest.hpp"
#include "model/base/clock.hpp"

namespace pincheck::judge {
namespace {

/// A schedule that violates the property: a shortest one, whose mechanism does not depend on a
/// seed, or where that takes too long the one that random search found.
std::vector<Choice> some_schedule(const Cell& cell, const System& system, int property,
                                  const shrinkers::MinimizeOptions& budget) {
  const auto& random = cell.result.violation[property].schedule;
  const double end = now_seconds() + budget.seconds;
  explore::ShortestOptions options;
  options.reductions = explore::Reductions{};
  options.max_bytes = budget.max_bytes;
  options.stopped = [&] {
    const bool late = !random.empty() && budget.seconds > 0 && now_seconds() > end;
    return late || says(budget.stopped);
  };
  const explore::Shortest found = explore::shortest(system, PropertySet{1} << property, options);
  return found.found != 0 ? found.schedule[property] : random;
}

/// What makes two counterexamples the same: the scenario and the steps by name.
std::string identity(const story::Story& story) {
  std::string id = write_scenario(story.scenario, "");
  for (const story::StoryStep& step : story.steps)
    id += fmt::format("\n{} {} {}", step.actor, step.step, step.outcome);
  return id;
}

}  // namespace

std::vector<Shown> StoryTeller::of(const Cell& cell) {
  const System system = compile(*cell.scenario, *cell.convention, model_, catalogue_);
  const auto declared = [&](int property) { return (cell.expected >> property & 1) != 0; };
  std::vector<Shown> stories;
  constexpr PropertySet kCompletes = set_of(PropertyId::completes);
  if (cell.livelock.found && (cell.answer() & kCompletes) != 0) {
    Shown lock;
    lock.story = story::tell_livelock(*cell.scenario, system, cell.convention->name, cell.livelock);
    lock.why = explain::explain(lock.story, system);
    lock.violated = kCompletes;
    lock.conventions = {cell.convention};
    lock.expected = declared(index_of(PropertyId::completes));
    lock.livelock = true;
    stories.push_back(std::move(lock));
  }
  for (PropertySet rest = cell.answer(); rest != 0; rest &= rest - 1) {
    const int property = std::countr_zero(rest);
    const shrinkers::Minimal& minimal = minimal_of(cell, property, system);
    if (minimal.moves.empty()) continue;
    Shown one = tell_minimal(minimal, *cell.scenario, *cell.convention, property);
    one.expected = declared(property);
    add_story(stories, std::move(one));
  }
  return stories;
}

Shown StoryTeller::of_random(const Scenario& scenario, const Convention& convention,
                             const std::vector<Choice>& schedule, int property) {
  shrinkers::MinimizeOptions options = options_;
  options.keep = shrinkers::Keep::nothing;
  const System system = compile(scenario, convention, model_, catalogue_);
  const shrinkers::Minimal minimal = shrinkers::minimize(
      scenario, convention, moves_of(system, schedule), property, model_, catalogue_, options);
  return tell_minimal(minimal, scenario, convention, property);
}

const shrinkers::Minimal& StoryTeller::minimal_of(const Cell& cell, int property,
                                                  const System& system) {
  Convention rules = counterexample::as_far_as(*cell.convention, *cell.scenario);
  rules.name = rules.label = rules.title = rules.source = "";
  const std::string key = fmt::format("{}\n{}\n{}", property, write_scenario(*cell.scenario, ""),
                                      write_convention(rules, ""));
  const auto known = known_.find(key);
  if (known != known_.end()) return known->second;
  const auto schedule = some_schedule(cell, system, property, options_);
  shrinkers::Minimal minimal;
  if (!schedule.empty())
    minimal = shrinkers::minimize(*cell.scenario, *cell.convention, moves_of(system, schedule),
                                  property, model_, catalogue_, options_);
  return known_.emplace(key, std::move(minimal)).first->second;
}

Shown StoryTeller::tell_minimal(const shrinkers::Minimal& minimal, const Scenario& asked,
                                const Convention& convention, int property) {
  Scenario scenario = minimal.scenario;
  if (shrinkers::parts(scenario) != shrinkers::parts(asked)) scenario.title = scenario.claim = "";
  const System system = compile(scenario, convention, model_, catalogue_);
  Shown shown;
  shown.story = story::tell(scenario, system, convention.name, minimal.moves, property);
  shown.why = explain::explain(shown.story, system);
  shown.violated = PropertySet{1} << property;
  shown.conventions = {&convention};
  shown.minimality = minimal.minimality;
  shown.original_steps = minimal.original;
  return shown;
}

void add_story(std::vector<Shown>& told, Shown one) {
  const auto same = [&, id = identity(one.story)](const Shown& other) {
    return identity(other.story) == id;
  };
  const auto known = std::find_if(told.begin(), told.end(), same);
  if (known == told.end()) {
    told.push_back(std::move(one));
    return;
  }
  known->violated |= one.violated;
  for (const Convention* convention : one.conventions)
    if (known->conventions.back() != convention) known->conventions.push_back(convention);
  known->expected = known->expected && one.expected;
}

}  // namespace pincheck::judge
