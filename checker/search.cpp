// SPDX-License-Identifier: MIT
#include "checker/search.hpp"

#include <bit>

namespace pincheck {
namespace {

constexpr int kUsualLength = 40;

/// Remembers the schedule as the counterexample of each property, where it is the shortest yet.
void remember(SearchResult& result, PropertySet found, const std::vector<Choice>& schedule) {
  for (PropertySet rest = found; rest != 0; rest &= rest - 1) {
    Violation& violation = result.violation[std::countr_zero(rest)];
    ++violation.runs;
    if (violation.schedule.empty() || schedule.size() < violation.schedule.size())
      violation.schedule = schedule;
  }
  result.violated |= found;
}

}  // namespace

SearchResult search(const System& system, const SearchOptions& options, Visits* visits) {
  SearchResult result;
  Run run(system);
  Scheduler scheduler;
  std::vector<Choice> schedule;
  schedule.reserve(kMaxSteps);
  int length = kUsualLength;
  Rng seeds(options.seed);
  for (int i = 0; i < options.schedules; ++i) {
    run.restart();
    schedule.clear();
    scheduler.start(Rng(seeds.next()), system.thread_count(), i % 4, length);
    int last = -1;
    while (!run.ended()) {
      const Choice choice = scheduler.pick(system, run.world(), run.choices());
      const auto& thread = run.world().thread[choice.thread];
      const FlatStep& step = system.steps[system.threads[choice.thread].step_begin + thread.pc];
      const FlatOutcome& outcome = system.outcomes[step.outcome_begin + choice.outcome];
      if (visits != nullptr) ++visits->outcomes[outcome.coverage];
      result.faults += outcome.fault ? 1 : 0;
      result.switches += last >= 0 && last != choice.thread ? 1 : 0;
      last = choice.thread;
      schedule.push_back(choice);
      const PropertySet before = run.violated();
      const PropertySet found = run.take(choice) & ~before;
      if (found != 0) remember(result, found, schedule);
    }
    const PropertySet before = run.violated();
    const PropertySet found = run.finish() & ~before;
    if (found != 0) remember(result, found, schedule);
    ++result.schedules;
    result.steps += static_cast<std::uint64_t>(run.steps());
    if (run.steps() > result.longest) result.longest = run.steps();
    length = result.longest;
    if (options.stop_at != 0 && (options.stop_at & ~result.violated) == 0) break;
  }
  if (visits != nullptr)
    for (int actor = 0; actor < system.actors; ++actor)
      visits->meetings[system.meeting[actor]] += result.schedules;
  return result;
}

}  // namespace pincheck
