// SPDX-License-Identifier: MIT
// Acquire and release that do not match: the wrong release, none at all, or amounts that differ.
#include <fmt/format.h>

#include <algorithm>

#include "checker/explain/explanations.hpp"
#include "checker/explain/sentences.hpp"

namespace pincheck::explain {
namespace {

std::uint32_t low_mask(int width) {
  return width >= 32 ? ~std::uint32_t{0} : (std::uint32_t{1} << width) - 1;
}

/// "nothing" for 0.
std::string amount(int value) { return value == 0 ? "nothing" : std::to_string(value); }

/// Where the page's counter stands above what its holders add up to; below it when negative.
int excess(const Case& c, int page) {
  const std::int64_t count = c.world.page[page].ref;
  return wrap(count - expected_counts(c.system, c.world, page).ref, c.system.arithmetic.width);
}

/// What the release took off the counter, and what the right one would have.
Lines amounts(const Case& c) {
  const Event& e = c.event;
  if (c.system.large(e.page)) {
    const int pins = int{c.world.page[e.page].pins};
    return {
        e.as == Held::pin
            ? fmt::format("pins of a large folio are in _pincount: it went to {} for a get", pins)
            : fmt::format("pins of a large folio are in _pincount: it stays {}", pins)};
  }
  const int taken = release_weight(c.system, c.world, e.page, e.as);
  const int right = release_weight(c.system, c.world, e.page, e.held);
  Lines lines;
  if (taken == 0 || right == 0) lines.emplace_back("pins of the zero page are no-ops");
  const std::string left = taken > right ? count_against_holders(c, e.page)
                                         : fmt::format("{} stay{} in the count", right - taken,
                                                       right - taken == 1 ? "s" : "");
  lines.push_back(fmt::format("{} subtracts {}, {} {}: {}", release_of(e.as), amount(taken),
                              release_of(e.held), amount(right), left));
  return lines;
}

std::string consequence(const Case& c) {
  const Event& e = c.event;
  const int now = c.now();
  if (c.system.large(e.page)) return "";
  if (now <= c.size() && c.find(now, EventKind::freed, e.page) != nullptr)
    return c.held().empty() ? fmt::format("at 0 page {} is freed", c.page(e.page))
                            : fmt::format("at 0 page {} is freed under {}", c.page(e.page),
                                          Case::held_by(c.held()));
  const int bias = c.system.arithmetic.bias;
  const int left = excess(c, e.page);
  if (e.as == Held::get && left == bias - 1)
    return fmt::format(
        "reclaim takes page {} for pinned as long as anybody holds it, and it is "
        "never freed",
        c.page(e.page));
  if (e.as == Held::pin && e.after < 0 && e.after > -bias && e.after != left)
    return fmt::format("once they are dropped it is {}: it never gets to 0, and page {} is leaked",
                       left, c.page(e.page));
  return "";
}

/// What was held is released by the other primitive.
Lines wrong_primitive(const Case& c) {
  const int now = c.now();
  const std::vector<story::Holder> had = c.of_event(now);
  if (had.empty()) return {};
  Lines lines;
  const story::Holder& one = had.front();
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
  for (std::string& line : amounts(c)) lines.push_back(std::move(line));
  if (const std::string then = consequence(c); !then.empty()) lines.push_back(then);
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

/// Whose reference the step dropped that is no request's.
std::string structural_holder(const Case& c, int number) {
  for (const Effect& effect : c.taken(number).effects) switch (effect.op) {
      case Do::unmap: return "a PTE's";
      case Do::drop_private: return "its buffers'";
      case Do::drop_cache: return "the page cache's";
      case Do::free_object: return "the slab's";
      default: break;
    }
  return "a pipe buffer's";
}

/// The release is right, and the count too low for it.
Lines short_before(const Case& c) {
  const std::string did =
      c.event.structural ? fmt::format("dropped {} reference", structural_holder(c, c.now()))
                         : fmt::format("released what it had, with {}", release_of(c.event.as));
  Lines lines{fmt::format("{} {}: the count was too low before", c.call(c.now()), did)};
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

/// What the count is at the end, and what it would be if requests held nothing any more.
std::string what_stays(const Case& c) {
  const int page = c.event.page;
  World quiet = c.world;
  for (Request& request : quiet.request) request.held = {};
  const int count = c.world.page[page].ref;
  const int right = expected_counts(c.system, quiet, page).ref;
  const int pins = int{c.world.page[page].pins};
  if (count != right)
    return fmt::format("page {} keeps a count of {} where {} would be right{}", c.page(page), count,
                       right, pins == 0 ? "" : fmt::format(", and a _pincount of {}", pins));
  const bool noop = release_weight(c.system, c.world, page, c.event.held) == 0;
  return fmt::format("{}the count of page {} is {} all the same{}",
                     noop ? "pins of the zero page are no-ops: " : "", c.page(page), count,
                     pins == 0 ? "" : fmt::format(", and _pincount is {}", pins));
}

Lines never_released(const Case& c) {
  const std::vector<story::Holder> left = c.of_event(c.now());
  if (left.empty()) return {};
  const story::Holder& one = left.front();
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
  lines.push_back(end == 0 ? owner + " took no step"
                           : fmt::format("{} ended in {}", owner, c.call_with_outcome(end)));
  lines.push_back(what_stays(c));
  return lines;
}

/// One reference's acquisition, in one step or more, and its release.
struct Pair {
  int got = 0;   ///< the last step of the acquisition; 0 for what was there from the start
  int gave = 0;  ///< the step of the release
  std::uint32_t added = 0;
  std::uint32_t taken = 0;
};

/// What was acquired for the slot and role that this release is about, since the one before it.
Pair pair_of(const Case& c, int number, const Event& release) {
  const std::uint32_t mask = low_mask(c.system.arithmetic.width);
  const auto same = [&](const Event& one) {
    return one.page == release.page && one.actor == release.actor && one.slot == release.slot &&
           one.role == release.role && !one.structural;
  };
  Pair pair{0, number, 0, static_cast<std::uint32_t>(release.before - release.after) & mask};
  for (int n = 1; n < number; ++n)
    for (const Event& one : c.step(n).events) {
      if (!same(one)) continue;
      if (one.kind == EventKind::released) pair = {0, number, 0, pair.taken};
      if (one.kind != EventKind::acquired) continue;
      pair.got = n;
      pair.added = (pair.added + static_cast<std::uint32_t>(one.after - one.before)) & mask;
    }
  return pair;
}

/// Pairs of acquire and release that changed the counter by different amounts.
Lines unequal_pairs(const Case& c) {
  Lines lines;
  for (int n = 1; n <= c.size(); ++n)
    for (const Event& gave : c.step(n).events) {
      if (gave.kind != EventKind::released || gave.page != c.event.page || gave.structural)
        continue;
      const Pair pair = pair_of(c, n, gave);
      if (pair.got != 0 && pair.added != pair.taken)
        lines.push_back(fmt::format("{} took off {} where {} had added {}", c.call(n), pair.taken,
                                    c.call(pair.got), pair.added));
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

namespace {

/// A release that is not the one for what was held.
std::string wrong_release(const Case& c) {
  const Event& e = c.event;
  const int pins = int{c.world.page[e.page].pins};
  const std::string pincount = !c.system.large(e.page) ? ""
                               : e.as == Held::pin
                                   ? fmt::format(", _pincount {} -> {}", pins + 1, pins)
                                   : fmt::format(", _pincount stays {}", pins);
  return fmt::format("{}: {}{}; {}", sentences::wrong_release(e.as, c.actor(), c.page(), e.held),
                     counter(e), pincount, Case::still_held(c.held()));
}

std::string count_at_end(const Case& c) {
  return fmt::format("at the end the count of page {} is {}, its holders add up to {}", c.page(),
                     c.event.before, c.event.after);
}

std::string pin_is_off(const Case& c) {
  if (c.event.kind == EventKind::left_over)
    return sentences::never_released(c.actor(), c.event.held, c.page());
  if (c.event.kind == EventKind::quiescent)
    return fmt::format("{}; _pincount is {}", count_at_end(c), c.world.page[c.event.page].pins);
  return wrong_release(c);
}

std::string get_is_off(const Case& c) {
  if (c.event.kind == EventKind::left_over)
    return sentences::never_released(c.actor(), c.event.held, c.page());
  return c.event.kind == EventKind::quiescent ? count_at_end(c) : wrong_release(c);
}

std::string wraps(const Case& c) {
  return fmt::format(
      "an acquisition by {} wraps the count of page {}: {}; from here try_get refuses it",
      c.actor(), c.page(), counter(c.event));
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
  const int bias = c.system.arithmetic.bias;
  const bool counts = !c.system.large(e.page) && e.after != e.before;
  if (e.as == Held::pin && counts)
    lines.push_back(fmt::format("a pin of a small page counts {}: {} of them do not fit", bias,
                                most / bias + 1));
  return lines;
}

}  // namespace

const Words words::pin_unpin_balanced{pin_is_off, why_unbalanced};
const Words words::get_put_balanced{get_is_off, why_unbalanced};
const Words words::no_overflow{wraps, why_overflowed};

}  // namespace pincheck::explain
