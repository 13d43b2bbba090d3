// SPDX-License-Identifier: MIT
#include "model/paths/processes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "model/paths/path.hpp"

namespace pincheck {
namespace {

bool maps_pages(const ActorSpec& actor, const Kinds& kinds) {
  if (does(actor, kMapsPages)) return true;
  const Kind* kind = find_kind(kinds, actor.kind);
  return kind != nullptr && kind->user_backed;
}

bool map_one_page(const ActorSpec& a, const ActorSpec& b, const Kinds& kinds) {
  if (!maps_pages(a, kinds) || !maps_pages(b, kinds)) return false;
  return std::any_of(a.pages.begin(), a.pages.end(), [&](int page) {
    return std::find(b.pages.begin(), b.pages.end(), page) != b.pages.end();
  });
}

/// For each actor the first one of its process.
std::vector<int> first_of_process(const Scenario& scenario, const Kinds& kinds) {
  const auto& actors = scenario.actors;
  std::vector<int> first(actors.size());
  std::iota(first.begin(), first.end(), 0);
  for (std::size_t b = 0; b < actors.size(); ++b)
    for (std::size_t a = 0; a < b; ++a) {
      const bool named = !actors[a].process.empty() && actors[a].process == actors[b].process;
      if (!named && !map_one_page(actors[a], actors[b], kinds)) continue;
      const auto [into, from] = std::minmax({first[a], first[b]});
      std::replace(first.begin(), first.end(), int{from}, int{into});
    }
  return first;
}

/// The ends that the actor's path works on.
int used_ends(const ActorSpec& actor, int pipe) {
  int ends = 0;
  if (actor.pipe == pipe && does(actor, kReadsPipe)) ends |= kReadEnd;
  if (actor.pipe == pipe && does(actor, kWritesPipe)) ends |= kWriteEnd;
  if (actor.pipe2 == pipe) ends |= kWriteEnd;
  return ends;
}

void open_pipe(const Scenario& scenario, int pipe, std::vector<Task>& tasks) {
  int used = 0;
  for (const ActorSpec& actor : scenario.actors) used |= used_ends(actor, pipe);
  const int unused = (kReadEnd | kWriteEnd) & ~used;
  for (std::size_t i = 0; i < tasks.size(); ++i)
    if (const int ends = used_ends(scenario.actors[i], pipe); ends != 0)
      tasks[i].opens.push_back({pipe, ends | unused});
}

bool open_one_pipe(const Task& a, const Task& b) {
  return std::any_of(a.opens.begin(), a.opens.end(), [&](const Task::Open& mine) {
    return std::any_of(b.opens.begin(), b.opens.end(),
                       [&](const Task::Open& other) { return mine.pipe == other.pipe; });
  });
}

}  // namespace

std::vector<Task> tasks_of(const Scenario& scenario, const Kinds& kinds) {
  const std::vector<int> first = first_of_process(scenario, kinds);
  std::vector<Task> tasks(scenario.actors.size());
  int processes = 0;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    tasks[i].maps = maps_pages(scenario.actors[i], kinds);
    const int head = first[i];
    if (std::count(first.begin(), first.end(), head) == 1) continue;
    tasks[i].process = head == static_cast<int>(i) ? processes++ : tasks[head].process;
  }
  for (int pipe = 0; pipe < static_cast<int>(scenario.pipes.size()); ++pipe)
    open_pipe(scenario, pipe, tasks);
  for (Task& task : tasks)
    task.shares = task.process >= 0 || std::any_of(tasks.begin(), tasks.end(), [&](const Task& t) {
                    return &t != &task && open_one_pipe(t, task);
                  });
  return tasks;
}

std::string shared_mapping(const Scenario& scenario, const Kinds& kinds) {
  const std::vector<int> first = first_of_process(scenario, kinds);
  const auto& actors = scenario.actors;
  for (std::size_t b = 0; b < actors.size(); ++b)
    for (std::size_t a = 0; a < b; ++a)
      if (first[a] == first[b] && !actors[a].process.empty() && !actors[b].process.empty() &&
          actors[a].process != actors[b].process)
        return fmt::format("'{}' and '{}' are in different processes but share memory",
                           actors[a].name, actors[b].name);
  return "";
}

}  // namespace pincheck
