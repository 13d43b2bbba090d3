// SPDX-License-Identifier: MIT
#include "checker/judge/statistics.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <set>
#include <tuple>

#include "checker/explore/explore.hpp"
#include "model/compile/files.hpp"

namespace pincheck::judge {
namespace {

using Pair = search::Places::Pair;

/// What was never taken, and who would.
using Never = std::map<Pair, std::pair<std::string, std::string>>;

/// Explores the cell, if it has any of what was never taken, and names it as who would.
void look_in(const Scenario& scenario, const Convention& convention, const Model& model,
             Catalogue& catalogue, const Stopped& stopped, Never& never, std::size_t& left) {
  const System system = compile(scenario, convention, model, catalogue);
  const std::vector<int> actors = search::actors_of_outcomes(system);
  const auto lacking = [&](std::size_t i) {
    const auto found = never.find({system.meeting[actors[i]], system.outcomes[i].coverage});
    return found == never.end() || !found->second.first.empty() ? nullptr : &found->second;
  };
  bool any = false;
  for (std::size_t i = 0; i < actors.size(); ++i) any = any || lacking(i) != nullptr;
  if (!any) return;
  explore::ExploreOptions options;
  options.max_states = kVerdictStates;
  options.stopped = stopped;
  const explore::ExploreResult result = explore::explore(system, options);
  for (std::size_t i = 0; i < result.taken.size(); ++i) {
    auto* place = result.taken[i] ? lacking(i) : nullptr;
    if (place == nullptr) continue;
    *place = {scenario.name, convention.name};
    --left;
  }
}

/// Returns whether it got to the end.
bool look_in_shipped(const std::vector<Cell>& cells, const std::vector<Convention>& conventions,
                     const Model& model, Catalogue& catalogue, const Stopped& stopped,
                     Never& never) {
  std::size_t left = never.size();
  const auto judged = [&](const Scenario& scenario, const Convention& convention) {
    return std::any_of(cells.begin(), cells.end(), [&](const Cell& cell) {
      return cell.proved && cell.scenario->name == scenario.name && cell.convention == &convention;
    });
  };
  for (const Scenario& scenario : shipped_scenarios(model.kinds))
    for (const Convention& convention : conventions) {
      if (left == 0) return true;
      if (says(stopped)) return false;
      if (judged(scenario, convention)) continue;
      try {
        look_in(scenario, convention, model, catalogue, stopped, never, left);
      } catch (const NotStated&) {
        continue;  // it has no steps there
      }
    }
  return true;
}

/// "PATH CALLER KIND" in its parts, which may be empty.
std::array<std::string, 3> parts_of(const std::string& meeting) {
  const std::size_t caller = meeting.find(' ') + 1;
  const std::size_t kind = meeting.find(' ', caller) + 1;
  return {meeting.substr(0, caller - 1), meeting.substr(caller, kind - 1 - caller),
          meeting.substr(kind)};
}

}  // namespace

void First::add(const Cell& cell, double seconds_of_it) {
  if (violated != 0) return;
  violated = cell.answer();
  seconds += seconds_of_it;
  std::uint64_t tried = cell.result.schedules;
  for (PropertySet rest = violated; rest != 0; rest &= rest - 1) {
    const search::Violation& one = cell.result.violation[std::countr_zero(rest)];
    if (one.runs > 0) tried = std::min(tried, one.before + 1);
  }
  schedules += tried;
  if (violated != 0) scenario = cell.scenario->name;
}

Statistics statistics(const std::vector<Cell>& cells, const search::Visits& visits,
                      const std::vector<Convention>& conventions, const Model& model,
                      Catalogue& catalogue, const Stopped& stopped) {
  const search::Places places(conventions, model, catalogue);
  const auto times = [&](const Pair& pair) -> std::uint64_t {
    const auto& [meeting, outcome] = pair;
    if (meeting >= visits.by_meeting.size()) return 0;
    const auto& counts = visits.by_meeting[meeting];
    return outcome < counts.size() ? counts[outcome] : 0;
  };
  std::set<Pair> pairs = places.pairs();
  // And what only actors that share a process with others have.
  for (std::size_t meeting = 0; meeting < visits.by_meeting.size(); ++meeting)
    for (std::size_t i = 0; i < visits.by_meeting[meeting].size(); ++i)
      if (times({meeting, i}) != 0) pairs.emplace(meeting, i);
  Never never;
  for (const Pair& pair : pairs)
    if (times(pair) == 0) never[pair] = {};
  Statistics found;
  found.complete = look_in_shipped(cells, conventions, model, catalogue, stopped, never);
  for (const Pair& pair : pairs) {
    const auto [path, caller, kind] = parts_of(catalogue.meetings()[pair.first]);
    const Catalogue::Entry& entry = catalogue.entries()[pair.second];
    Exercise one{path, caller, kind, entry.step, entry.outcome, times(pair)};
    if (one.times == 0) std::tie(one.scenario, one.convention) = never[pair];
    found.exercises.push_back(std::move(one));
  }
  std::sort(found.exercises.begin(), found.exercises.end(),
            [](const Exercise& a, const Exercise& b) {
              return std::tie(a.path, a.caller, a.kind, a.step, a.outcome) <
                     std::tie(b.path, b.caller, b.kind, b.step, b.outcome);
            });
  return found;
}

}  // namespace pincheck::judge
