// SPDX-License-Identifier: MIT
#include "checker/export/groups.hpp"

#include <algorithm>
#include <functional>

#include "checker/export/facts.hpp"

namespace pincheck::exporting {
namespace {

/// Nothing but names and, perhaps, pages tells the actors apart: programs do not name pages.
bool same_work(const System& system, int a, int b) {
  const auto same = [&](int i, int j) { return system.programs[i] == system.programs[j]; };
  const Request& one = system.initial.request[a];
  const Request& other = system.initial.request[b];
  return same(2 * a, 2 * b) && same(2 * a + 1, 2 * b + 1) && one.flags == other.flags &&
         one.count == other.count && system.baseline_accepts[a] == system.baseline_accepts[b];
}

std::vector<Group> grouped(const System& system, const std::function<bool(int, int)>& together) {
  std::vector<Group> groups;
  for (int actor = 0; actor < system.actors; ++actor) {
    const auto found = std::find_if(groups.begin(), groups.end(), [&](const Group& group) {
      return together(group.actors[0], actor);
    });
    Group& group = found == groups.end() ? groups.emplace_back() : *found;
    group.actors.push_back(actor);
  }
  return groups;
}

bool like_pages(const System& system, int a, int b) {
  const World& start = system.initial;
  return start.page[a] == start.page[b] && system.order[a] == system.order[b] &&
         std::all_of(start.pte.begin(), start.pte.end(),
                     [&](const auto& mm) { return mm[a] == mm[b]; });
}

/// One page an actor, never another one, and all pages the same at the start.
bool one_like_page_each(const System& system) {
  bool moves = false;
  for_each_effect(system, [&](int, const Effect& effect) {
    moves = moves || effect.op == Do::alloc || effect.op == Do::cut_here;
  });
  if (moves || system.pipes > 0) return false;
  for (int page = 1; page < system.pages; ++page)
    if (!like_pages(system, page, 0)) return false;
  const Request* const begin = system.initial.request.data();
  return std::all_of(begin, begin + system.actors,
                     [](const Request& request) { return request.count == 1; });
}

}  // namespace

std::vector<Group> single_actors(const System& system) {
  return grouped(system, [](int, int) { return false; });
}

std::vector<Group> like_actors(const System& system) {
  return grouped(system, [&](int a, int b) {
    return same_work(system, a, b) &&
           system.initial.request[a].slot == system.initial.request[b].slot;
  });
}

std::vector<Group> like_by_page(const System& system) {
  if (system.pages < 2 || !one_like_page_each(system)) return {};
  auto groups = grouped(system, [&](int a, int b) { return same_work(system, a, b); });
  const auto page = [&](int actor) { return system.initial.request[actor].slot[0]; };
  for (Group& group : groups) {
    std::sort(group.actors.begin(), group.actors.end(),
              [&](int a, int b) { return page(a) < page(b); });
    bool each_once = static_cast<int>(group.actors.size()) == system.pages;
    for (int i = 0; each_once && i < system.pages; ++i) each_once = page(group.actors[i]) == i;
    if (!each_once) return {};
  }
  return groups;
}

}  // namespace pincheck::exporting
