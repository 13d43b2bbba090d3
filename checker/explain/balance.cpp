// SPDX-License-Identifier: MIT
// Acquire and release that do not match: the wrong release, none at all, or amounts that differ.
#include <fmt/format.h>

#include <algorithm>

#include "checker/explain/explanations.hpp"

namespace pincheck {
namespace {

/// What the release took off the counter, and what the right one would have.
std::string amounts(const Case& c) {
  const Event& e = c.event;
  const bool large = c.system.large(e.page);
  const int bias = c.system.arithmetic.bias;
  if (large) {
    const int pins = int{c.world.page[e.page].pins};
    return e.as == Held::pin
               ? fmt::format("pins of a large folio are in _pincount: it went to {} for a get",
                             pins)
               : fmt::format("pins of a large folio are in _pincount: it stays {}", pins);
  }
  if (e.as == Held::pin)
    return fmt::format("unpin_user_page() subtracts {}, put_page() 1: {}", bias,
                       count_against_holders(c, e.page));
  return fmt::format("put_page() subtracts 1, unpin_user_page() {}: {} stay in the count", bias,
                     bias - 1);
}

std::string consequence(const Case& c) {
  const Event& e = c.event;
  const int held = expected_counts(c.system, c.world, e.page).ref;
  if (e.as == Held::get)
    return fmt::format(
        "reclaim takes page {} for pinned as long as anybody holds it, and it is "
        "never freed",
        c.page(e.page));
  if (e.after < 0 && e.after > -c.system.arithmetic.bias && held > 0)
    return fmt::format("once they are dropped it is {}: it never gets to 0, and page {} is leaked",
                       e.after - held, c.page(e.page));
  return "";
}

/// What was held is released by the other primitive.
Lines wrong_primitive(const Case& c) {
  const int now = c.now();
  const std::vector<Holder> had = c.of_event(now);
  if (had.empty()) return {};
  Lines lines;
  const Holder& one = had.front();
  if (one.since == 0) {
    lines.push_back(fmt::format("{} released {}, held from the start; its release is {}",
                                c.call(now), one.who, release_of(c.event.held)));
  } else {
    lines.push_back(fmt::format("{} released what ({}) acquired", c.call(now), one.since));
    lines.push_back(
        fmt::format("{}; its release is {}", c.acquisition(one), release_of(c.event.held)));
  }
  for (std::string& line : faults(c, one.since, now, c.event.actor))
    lines.insert(lines.begin() + 1, std::move(line));
  lines.push_back(amounts(c));
  if (const std::string then = consequence(c); !then.empty() && !c.system.large(c.event.page))
    lines.push_back(then);
  return lines;
}

/// The step that dropped the reference of the event's request before, 0 if it never had one.
int dropped_before(const Case& c) {
  return c.last(c.now(), [&](int n) {
    const auto& events = c.step(n).events;
    return std::any_of(events.begin(), events.end(), [&](const Event& one) {
      return one.kind == EventKind::released && !one.structural && one.page == c.event.page &&
             one.actor == c.event.actor && one.slot == c.event.slot && one.role == c.event.role;
    });
  });
}

/// Released without anything held: it is somebody else's reference that goes.
Lines nothing_held(const Case& c) {
  const Event& e = c.event;
  const int now = c.now();
  Lines lines;
  const int earlier = dropped_before(c);
  if (earlier != 0)
    lines.push_back(fmt::format("{} released for a second time what {} released", c.call(now),
                                c.call(earlier)));
  else
    lines.push_back(
        fmt::format("{} released what no step of {} had acquired", c.call(now), c.actor(e.actor)));
  for (std::string& line : faults(c, 0, now, e.actor)) lines.push_back(std::move(line));
  const Meeting& met = c.system.met[e.actor];
  if (earlier == 0 && e.role == Role::array && !met.kind.empty() && met.takes == Take::none)
    lines.push_back(fmt::format("{} takes no reference to the pages of a {} iterator in {}",
                                c.story.convention, met.kind,
                                c.story.scenario.actors[e.actor].caller));
  if (c.held().empty()) return lines;
  const bool shorter = c.world.page[e.page].ref < expected_counts(c.system, c.world, e.page).ref;
  lines.push_back(count_against_holders(c, e.page) +
                  (shorter ? ": it is theirs that is gone" : ""));
  if (now <= c.size() && c.find(now, EventKind::freed, e.page) != nullptr)
    lines.push_back(
        fmt::format("at 0 page {} is freed under {}", c.page(e.page), Case::held_by(c.held())));
  return lines;
}

/// The release is right, and the count too low for it.
Lines short_before(const Case& c) {
  Lines lines{fmt::format("{} released what it had, with {}: the count was too low before",
                          c.call(c.now()), release_of(c.event.as))};
  for (std::string& line : wrong_releases(c)) lines.push_back(std::move(line));
  lines.push_back(count_against_holders(c, c.event.page));
  return lines;
}

/// Other slots whose reference of the same role the actor did release.
std::string released_instead(const Case& c, int since) {
  std::vector<std::string> found;
  for (int n = since + 1; n <= c.size(); ++n)
    for (const Event& one : c.step(n).events)
      if (one.kind == EventKind::released && !one.structural && one.actor == c.event.actor &&
          one.role == c.event.role && one.slot != c.event.slot)
        found.push_back(fmt::format("({}) that of page {}", n, c.page(one.page)));
  return in_words(found);
}

bool leaves_out(const Outcome& outcome) {
  return std::any_of(outcome.effects.begin(), outcome.effects.end(),
                     [](const Effect& effect) { return effect.op == Do::leave_out; });
}

Lines never_released(const Case& c) {
  const std::vector<Holder> left = c.of_event(c.now());
  if (left.empty()) return {};
  const Holder& one = left.front();
  const std::string owner = c.actor(c.event.actor);
  Lines lines;
  lines.push_back(
      fmt::format("{}; no later step does {}", c.acquisition(one), release_of(c.event.held)));
  if (const std::string others = released_instead(c, one.since); !others.empty())
    lines.push_back(fmt::format("of the same request {} released {}", owner, others));
  for (std::string& line : faults(c, one.since, c.now(), c.event.actor))
    lines.push_back(std::move(line));
  const int passed = c.last(c.now(), [&](int n) {
    return n > one.since && c.actor_of(n) == c.event.actor && c.page_of(n) == c.event.page &&
           c.find(n, EventKind::released, c.event.page) == nullptr && leaves_out(c.taken(n));
  });
  if (passed != 0)
    lines.push_back(fmt::format("{} took page {} out of the I/O and released nothing",
                                c.call(passed), c.page(c.event.page)));
  const int end = c.last(c.now(), [&](int n) { return c.actor_of(n) == c.event.actor; });
  lines.push_back(fmt::format("{} ended in {}", owner, c.call_with_outcome(end)));
  lines.push_back(fmt::format(
      "page {} keeps a count of {} where {} would be right", c.page(c.event.page),
      c.world.page[c.event.page].ref,
      c.world.page[c.event.page].ref - (c.event.held == Held::pin && !c.system.large(c.event.page)
                                            ? c.system.arithmetic.bias
                                            : 1)));
  return lines;
}

/// Pairs of acquire and release that changed the counter by different amounts.
Lines unequal_pairs(const Case& c) {
  Lines lines;
  for (int n = 1; n <= c.size(); ++n) {
    for (const Event& got : c.step(n).events) {
      if (got.kind != EventKind::acquired || got.page != c.event.page || got.structural) continue;
      for (int m = n + 1; m <= c.size(); ++m) {
        for (const Event& gave : c.step(m).events) {
          if (gave.kind != EventKind::released || gave.page != got.page ||
              gave.actor != got.actor || gave.slot != got.slot || gave.role != got.role)
            continue;
          const int added = got.after - got.before;
          const int taken = gave.before - gave.after;
          if (added != taken)
            lines.push_back(fmt::format("{} took off {} where {} had added {}", c.call(m), taken,
                                        c.call(n), added));
          m = c.size();
        }
      }
    }
  }
  lines.push_back(count_against_holders(c, c.event.page));
  return lines;
}

}  // namespace

std::string count_against_holders(const Case& c, int page) {
  const int held = expected_counts(c.system, c.world, page).ref;
  const int count = c.world.page[page].ref;
  if (held == count) return fmt::format("the count is {}, as its holders add up", count);
  return fmt::format("the count is {}, its holders add up to {}", count, held);
}

Lines wrong_releases(const Case& c) {
  Lines lines;
  for (int n = std::min(c.now(), c.size()); n > 0; --n)
    for (const Event& one : c.step(n).events)
      if (one.kind == EventKind::released && one.page == c.event.page && one.as != one.held)
        lines.push_back(fmt::format("{} released {} with {}: {}", c.call_by(n),
                                    one.held == Held::none ? "nothing of its own" : what(one.held),
                                    release_of(one.as), counter(one)));
  return lines;
}

Lines faults(const Case& c, int start, int end, int actor) {
  std::vector<std::string> found;
  for (int n = start + 1; n < end && n <= c.size(); ++n)
    if (c.step(n).fault && c.actor_of(n) == actor) found.push_back(c.call_with_outcome(n));
  if (found.empty()) return {};
  return {"on the way: " + in_words(found)};
}

Lines why_unbalanced(const Case& c) {
  if (c.event.kind == EventKind::left_over) return never_released(c);
  if (c.event.kind == EventKind::quiescent) return unequal_pairs(c);
  if (c.event.held == Held::none) return nothing_held(c);
  return c.event.held == c.event.as ? short_before(c) : wrong_primitive(c);
}

Lines why_overflowed(const Case& c) {
  const Event& e = c.event;
  const int now = c.now();
  const auto most = (std::int64_t{1} << (c.system.arithmetic.width - 1)) - 1;
  Lines lines;
  if (e.before < 0) {
    const int wrapped = c.last(now, [&](int n) {
      return c.step(n).before.page[e.page].ref >= 0 && c.step(n).after.page[e.page].ref < 0;
    });
    lines.push_back(fmt::format("{} adds to a count below 0, without asking", c.call_by(now)));
    if (wrapped != 0)
      lines.push_back(fmt::format("{} had taken it there: {} -> {}", c.call_by(wrapped),
                                  c.step(wrapped).before.page[e.page].ref,
                                  c.step(wrapped).after.page[e.page].ref));
  } else {
    lines.push_back(fmt::format("{} added to {}: a counter of {} bits ends at {}", c.call_by(now),
                                e.before, c.system.arithmetic.width, most));
  }
  lines.push_back("in the count: " + Case::held_by(c.held()));
  if (e.as == Held::pin && !c.system.large(e.page))
    lines.push_back(fmt::format("a pin of a small page counts {}: {} of them do not fit",
                                c.system.arithmetic.bias, (most + 1) / c.system.arithmetic.bias));
  return lines;
}

}  // namespace pincheck
