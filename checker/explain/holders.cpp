// SPDX-License-Identifier: MIT
#include "checker/explain/holders.hpp"

#include <algorithm>

#include "properties/words.hpp"

namespace pincheck {
namespace {

/// How many buffers the step took from the front of the pipe's ring.
int popped(const World& before, const World& now, const Outcome& taken, int pipe) {
  const bool front =
      std::any_of(taken.effects.begin(), taken.effects.end(), [&](const Effect& effect) {
        return (effect.op == Do::pipe_drop_head || effect.op == Do::pipe_keep_head) &&
               effect.a == pipe;
      });
  return front ? std::max(0, before.pipe[pipe].count - now.pipe[pipe].count) : 0;
}

}  // namespace

std::vector<Holder> holders_in(const Scenario& scenario, const System& system, const World& world) {
  std::vector<Holder> all;
  for (int page = 0; page < system.pages; ++page)
    for (const Reference& one : references_to(world, page))
      all.push_back({one, holder_name(scenario, one), 0});
  return all;
}

std::vector<Holder> holders_after(const Scenario& scenario, const System& system,
                                  const std::vector<Holder>& held, const World& before,
                                  const World& now, const Outcome& taken, int number) {
  std::vector<Holder> gone = held;
  for (Holder& old : gone)
    if (old.what.kind == Reference::Kind::ring)
      old.what.place =
          static_cast<std::uint8_t>(old.what.place - popped(before, now, taken, old.what.owner));
  std::vector<Holder> all = holders_in(scenario, system, now);
  std::vector<Holder*> fresh;
  for (Holder& one : all) {
    const auto same = [&](const Holder& old) { return old.what == one.what; };
    const auto old = std::find_if(gone.begin(), gone.end(), same);
    one.since = old == gone.end() ? number : old->since;
    if (old == gone.end())
      fresh.push_back(&one);
    else
      gone.erase(old);
  }
  // A holder that comes as another one goes, with the count as it was, took its reference over.
  for (Holder* one : fresh) {
    const int page = one->what.page;
    if (before.page[page].ref != now.page[page].ref) continue;
    const auto same = [&](const Holder& old) {
      return old.what.page == page && old.what.held == one->what.held;
    };
    const auto old = std::find_if(gone.begin(), gone.end(), same);
    if (old == gone.end()) continue;
    one->since = old->since;
    gone.erase(old);
  }
  return all;
}

}  // namespace pincheck
