// SPDX-License-Identifier: MIT
#include "checker/search/search.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace pincheck::search {
namespace {

constexpr int kUsualLength = 40;

class Search {
 public:
  explicit Search(StateGraph& graph) : graph_(graph), taken_(graph.system().outcomes.size()) {}

  void run(Rng rng, int depth);
  void count_outcomes(Visits* visits);

  SearchResult result;

 private:
  int walk();
  void remember(PropertySet found, int steps);

  StateGraph& graph_;
  Scheduler scheduler_;
  std::vector<std::uint64_t> taken_;             ///< by index of System::outcomes
  std::array<std::uint32_t, kMaxSteps> path_{};  ///< the run's outcomes, likewise
  PropertySet violated_ = 0;                     ///< in this run
};

void Search::run(Rng rng, int depth) {
  const int length = result.schedules == 0 ? kUsualLength : result.longest;
  scheduler_.start(rng, graph_.system().thread_count(), depth, length);
  const int steps = walk();
  ++result.schedules;
  result.steps += static_cast<std::uint64_t>(steps);
  result.longest = std::max(result.longest, steps);
}

/// One run. Returns its steps.
int Search::walk() {
  static const PropertySet enders = run_enders();
  StateGraph::Place place = graph_.start();
  int switches = 0;
  int last = -1;
  int steps = 0;
  violated_ = 0;
  while (place.movable != 0 && steps < kMaxSteps) {
    const int thread = scheduler_.pick_thread(place.movable);
    const StateGraph::Edge edge = graph_.take(place, thread, scheduler_);
    place = edge.to;
    path_[steps++] = edge.outcome;
    switches += last != thread ? 1 : 0;
    last = thread;
    if (edge.found != 0) [[unlikely]]
      remember(edge.found, steps);
  }
  if ((violated_ & enders) == 0) remember(graph_.end(place), steps);
  for (int i = 0; i < steps; ++i) ++taken_[path_[i]];
  // The first step is by another thread than none.
  result.switches += static_cast<std::uint64_t>(std::max(switches - 1, 0));
  return steps;
}

/// Counts what this run had not violated yet, and keeps its schedule where it is the shortest.
void Search::remember(PropertySet found, int steps) {
  for (PropertySet rest = found & ~violated_; rest != 0; rest &= rest - 1) {
    Violation& violation = result.violation[std::countr_zero(rest)];
    if (violation.runs == 0) violation.before = result.schedules;
    ++violation.runs;
    const auto size = static_cast<std::size_t>(steps);
    if (!violation.schedule.empty() && size >= violation.schedule.size()) continue;
    violation.schedule.clear();
    for (int i = 0; i < steps; ++i) violation.schedule.push_back(graph_.choice(path_[i]));
  }
  violated_ |= found;
  result.violated |= found;
}

void Search::count_outcomes(Visits* visits) {
  const System& system = graph_.system();
  result.taken.resize(taken_.size());
  for (std::size_t i = 0; i < taken_.size(); ++i) {
    const FlatOutcome& outcome = system.outcomes[i];
    result.taken[i] = taken_[i] != 0;
    if (outcome.fault) result.faults += taken_[i];
  }
  if (visits == nullptr) return;
  visits->add(system, taken_);
  for (int actor = 0; actor < system.actors; ++actor)
    visits->meetings[system.meeting[actor]] += result.schedules;
}

}  // namespace

std::vector<int> actors_of_outcomes(const System& system) {
  std::vector<int> actors(system.outcomes.size(), 0);
  for (int thread = 0; thread < system.thread_count(); ++thread)
    for (int pc = 0; pc < system.threads[thread].steps; ++pc) {
      const FlatStep& step = system.flat_step(thread, pc);
      for (std::uint32_t i = step.outcome_begin; i < step.outcome_end; ++i) actors[i] = thread / 2;
    }
  return actors;
}

void Visits::add(const System& system, const std::vector<std::uint64_t>& times) {
  const std::vector<int> actors = actors_of_outcomes(system);
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (times[i] == 0) continue;
    const auto number = static_cast<std::size_t>(system.outcomes[i].coverage);
    const auto meeting = static_cast<std::size_t>(system.meeting[actors[i]]);
    outcomes[number] += times[i];
    if (by_meeting.size() <= meeting) by_meeting.resize(meeting + 1);
    auto& counts = by_meeting[meeting];
    if (counts.size() <= number) counts.resize(outcomes.size());
    counts[number] += times[i];
  }
}

SearchResult search(const System& system, const SearchOptions& options, Visits* visits) {
  StateGraph graph(system);
  return search(graph, options, visits);
}

SearchResult search(StateGraph& graph, const SearchOptions& options, Visits* visits) {
  Search search(graph);
  Rng seeds(options.seed);
  constexpr int kAskEvery = 1024;
  for (int i = 0; i < options.schedules; ++i) {
    if (i % kAskEvery == 0 && says(options.stopped)) break;
    search.run(Rng(seeds.next()), i % 4);
    if (options.stop_at != 0 && (options.stop_at & ~search.result.violated) == 0) break;
  }
  search.count_outcomes(visits);
  return std::move(search.result);
}

}  // namespace pincheck::search
