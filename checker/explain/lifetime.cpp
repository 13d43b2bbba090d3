// SPDX-License-Identifier: MIT
// Pages that go while somebody needs them: freed, frozen, reused, or kept in place of an object.
#include <fmt/format.h>

#include <algorithm>

#include "checker/explain/explanations.hpp"

namespace pincheck::explain {
namespace {

bool does(const Case& c, int number, Do op) {
  const auto& effects = c.taken(number).effects;
  return std::any_of(effects.begin(), effects.end(),
                     [&](const Effect& effect) { return effect.op == op; });
}

/// The step that froze the page which `number` frees, 0 when it was not frozen.
int frozen_before(const Case& c, int number, int page) {
  const int frozen =
      c.last(number + 1, [&](int n) { return c.find(n, EventKind::frozen, page) != nullptr; });
  const bool same = frozen != 0 && c.step(frozen).choice.thread == c.step(number).choice.thread;
  return same && c.find(number, EventKind::released, page) == nullptr ? frozen : 0;
}

/// Who the last reference belonged to, as far as the step says.
std::string last_holder(const Case& c, int number, int page, const Event& drop) {
  for (const story::Holder& one : c.before(number, page)) {
    const bool structural = one.what.kind != Reference::Kind::request;
    if (structural != drop.structural) continue;
    if (!structural &&
        (one.what.owner != drop.actor || one.what.place != drop.slot || one.what.role != drop.role))
      continue;
    const auto& after = c.step(number).holders;
    const bool stays = std::any_of(after.begin(), after.end(), [&](const story::Holder& left) {
      return left.what == one.what && left.since == one.since;
    });
    if (!stays) return Case::held_by({one});
  }
  return "";
}

/// "a PTE in (7) and the page cache in (9)": references to the page that were there at step `start`
/// and went before step `end`.
std::string gone_between(const Case& c, int start, int end, int page) {
  std::vector<std::string> gone;
  for (int n = start + 1; n < end; ++n) {
    if (c.step(n).after.page[page].ref >= c.step(n).before.page[page].ref) continue;
    std::vector<story::Holder> left = c.before(n + 1, page);
    for (const story::Holder& one : c.before(n, page)) {
      const auto stays = std::find_if(left.begin(), left.end(), [&](const story::Holder& other) {
        return other.who == one.who && other.since == one.since;
      });
      if (stays != left.end())
        left.erase(stays);
      else if (one.since <= start)
        gone.push_back(fmt::format("{} in ({})", one.who, n));
    }
  }
  return in_words(gone);
}

/// What kept the page for its user is gone: what the user has left, and until when it needs it.
Lines user_in_flight(const Case& c, int gone) {
  const int user = c.event.actor;
  const Request& request = c.step(gone).after.request[user];
  Lines lines;
  const int submitted = c.flagged(gone, user, kSubmitted);
  const auto own = Case::of_request(c.before(gone, c.event.page), user);
  const std::string with =
      own.empty() ? "without a reference of its own" : "with " + Case::held_by(own);
  if (submitted != 0)
    lines.push_back(fmt::format("{} handed page {} to the device of {}, {}", c.call(submitted),
                                c.page(c.event.page), c.actor(user), with));
  else
    lines.push_back(fmt::format("{} had page {} listed, {}, and its I/O still to come",
                                c.actor(user), c.page(c.event.page), with));
  const auto before_device = [&](int mask, const std::string& text) {
    const int at = c.flagged(gone, user, mask);
    if (at != 0 && !request.has(kDeviceDone))
      lines.insert(lines.begin(),
                   fmt::format("{} {} before the device was done", c.call_with_outcome(at), text));
  };
  if (request.has(kKilled))
    before_device(kKilled, "ended the wait");
  else if (request.has(kCompleted))
    before_device(kCompleted, "reported completion");
  else
    before_device(kReturned, "returned");
  return lines;
}

/// A page is touched that is not the toucher's any more.
Lines touched_too_late(const Case& c) {
  const int page = c.event.page;
  const int user = c.event.actor;
  const int slot = c.event.slot;
  int gone = c.last(c.now(), [&](int n) {
    return !c.step(n).before.request[user].stale(slot) && c.step(n).after.request[user].stale(slot);
  });
  if (gone == 0) gone = c.last_set(c.now(), page, kFree);
  if (gone == 0) return {};
  Lines lines = how_freed(c, gone, page);
  const std::string before = gone_between(c, c.flagged(gone, user, kSubmitted), gone, page);
  if (!before.empty()) lines.push_back("before that went " + before);
  for (std::string& line : user_in_flight(c, gone)) lines.push_back(std::move(line));
  return lines;
}

/// "from (1) looking it up to (9) read had no reference": nothing kept the page for the actor
/// since its thread's step before; "" when something did or nobody came between.
std::string without_reference(const Case& c, int taken, int actor, int page) {
  const int looked = c.previous(taken);
  if (looked == 0 || taken - looked < 2) return "";
  for (const story::Holder& one : c.before(taken, page))
    if (one.what.kind == Reference::Kind::request && one.what.owner == actor) return "";
  return fmt::format("from {} to ({}) {} had no reference to page {}", c.call(looked), taken,
                     c.actor(actor), c.page(page));
}

/// How a holder came to a page that the freeing path had already judged.
Lines came_too_late(const Case& c, const story::Holder& holder, int frozen) {
  Lines lines{c.acquisition(holder)};
  const Event* got =
      holder.since == 0 ? nullptr : c.find(holder.since, EventKind::acquired, holder.what.page);
  if (got == nullptr) return lines;
  if (got->before == 0 && frozen != 0)
    lines.front() += fmt::format(", though ({}) had frozen the count to 0", frozen);
  else if (holder.since < frozen)
    lines.front() += ", before the freeze";
  if (const std::string gap =
          without_reference(c, holder.since, holder.what.owner, holder.what.page);
      !gap.empty())
    lines.push_back(gap);
  return lines;
}

Lines freed_with_holders(const Case& c) {
  const int page = c.event.page;
  const int now = c.now();
  const int frozen = frozen_before(c, now, page);
  const Event* drop = c.find(now, EventKind::released, page);
  Lines lines;
  if (frozen != 0) lines = how_freed(c, now, page);
  if (frozen == 0 && drop != nullptr) {
    lines.push_back(fmt::format("{} took the count to 0: {}", c.call(now), counter(*drop)));
    for (std::string& line : wrong_releases(c)) lines.push_back(std::move(line));
  }
  for (const story::Holder& one : c.held()) {
    if (one.what.kind != Reference::Kind::request) continue;
    if (frozen != 0 && one.what.owner == c.event.actor) continue;
    for (std::string& line : came_too_late(c, one, frozen)) lines.push_back(std::move(line));
  }
  return lines;
}

/// A count is taken or dropped on a page that is free.
Lines counted_when_free(const Case& c) {
  const int page = c.event.page;
  const int gone = c.last_set(c.now(), page, kFree);
  Lines lines = gone == 0 ? Lines{} : how_freed(c, gone, page);
  if (c.event.kind == EventKind::released) {
    for (std::string& line : why_unbalanced(c)) lines.push_back(std::move(line));
    return lines;
  }
  lines.push_back(fmt::format("{} took {} without looking at the count, {}", c.call(c.now()),
                              what(c.event.as), counter(c.event)));
  if (const std::string gap = without_reference(c, c.now(), c.event.actor, page); !gap.empty())
    lines.push_back(gap);
  return lines;
}

}  // namespace

Lines how_freed(const Case& c, int number, int page) {
  const std::string name = c.page(page);
  if (const int frozen = frozen_before(c, number, page); frozen != 0) {
    Lines lines;
    if (number != c.now())
      lines.push_back(fmt::format("{} freed page {}", c.call_by(number), name));
    const Event* freeze = c.find(frozen, EventKind::frozen, page);
    lines.push_back(fmt::format("{} had frozen it at {}: {}", c.call_by(frozen), freeze->before,
                                Case::held_by(c.before(frozen, page))));
    return lines;
  }
  if (does(c, number, Do::free_object))
    return {fmt::format("{} freed the object with kfree(), whatever the count of page {}",
                        c.call(number), name)};
  const Event* drop = c.find(number, EventKind::released, page);
  if (drop == nullptr) {
    const int kept = c.last(number, [&](int n) {
      return does(c, n, Do::pipe_keep_head) && c.step(n).before.page[page].ref == 1;
    });
    Lines lines{fmt::format("{} took page {} for new data", c.call_by(number), name)};
    if (kept != 0)
      lines.push_back(
          fmt::format("{} saw a count of 1, the pipe buffer's, and kept page {} for that",
                      c.call_by(kept), name));
    return lines;
  }
  const std::string whose = last_holder(c, number, page, *drop);
  const std::string who = c.step(number).fault ? c.call_with_outcome(number) + "," : c.call(number);
  return {fmt::format("{} dropped the last reference to page {}, {}{}", who, name, counter(*drop),
                      whose.empty() ? "" : ": " + whose)};
}

namespace {

Lines why_freed_in_use(const Case& c) {
  const bool is_free = c.world.page[c.event.page].has(kFree);
  switch (c.event.kind) {
    case EventKind::freed: return freed_with_holders(c);
    case EventKind::released: return is_free ? counted_when_free(c) : why_unbalanced(c);
    case EventKind::acquired: return counted_when_free(c);
    default: return touched_too_late(c);
  }
}

Lines why_slab_counted(const Case& c) {
  const int thread = c.step(c.now()).choice.thread;
  const Program& program = c.system.programs[thread];
  const bool asks = std::any_of(program.begin(), program.end(), [](const Step& step) {
    return std::any_of(step.outcomes.begin(), step.outcomes.end(), [](const Outcome& outcome) {
      const auto& when = outcome.when;
      return std::find(when.begin(), when.end(), is::backing(Backing::kernel)) != when.end() &&
             std::any_of(outcome.effects.begin(), outcome.effects.end(),
                         [](const Effect& effect) { return effect.op == Do::refuse; });
    });
  });
  Lines lines;
  lines.push_back(
      fmt::format("{} took {} on it, {}", c.call(c.now()), what(c.event.as), counter(c.event)));
  if (!asks)
    lines.push_back(
        fmt::format("no step of {} asks whether it is a slab page, as sendpage_ok() does",
                    c.actor(c.event.actor)));
  lines.push_back(fmt::format("page {} backs slab objects: kfree() frees those, whatever its count",
                              c.page(c.event.page)));
  return lines;
}

Lines why_freeze_failed(const Case& c) {
  const int now = c.now();
  const int page = c.event.page;
  const auto& tests = c.taken(now).when;
  const auto compares = std::find_if(tests.begin(), tests.end(),
                                     [](const auto& test) { return test.ask == Ask::ref_is; });
  Lines lines;
  if (compares == tests.end())
    lines.push_back(
        fmt::format("{} froze it at {}, and did not compare that with {}, its own and "
                    "the page cache's",
                    c.call(now), c.event.before, 1 + c.system.nr_pages(page)));
  else
    lines.push_back(fmt::format("{} found the {} that it expects", c.call(now), c.event.before));
  lines.push_back("held then: " + Case::held_by(c.before(now, page)));
  for (const story::Holder& one : c.before(now, page))
    if (one.what.kind == Reference::Kind::request && one.what.owner != c.event.actor)
      lines.push_back(c.acquisition(one) + ", not released since");
  return lines;
}

std::string freed_pinned(const Case& c) {
  return fmt::format("{} frees page {} while it is pinned; {}", c.actor(), c.page(),
                     Case::still_held(c.pinned_by()));
}

/// What became of the page since the toucher listed it.
std::string became(const Case& c) {
  const Page& page = c.world.page[c.event.page];
  if (page.has(kFree)) return "after it was freed";
  return page.backing == Backing::kernel ? "after its object was freed"
                                         : "after it was given to somebody else";
}

std::string dropped(const Case& c) {
  if (c.event.after < 0 && c.event.before >= 0)
    return fmt::format("{} drops more than page {} has: the count goes {}; {}", c.actor(), c.page(),
                       counter(c.event), Case::still_held(c.held()));
  return fmt::format("{} drops a reference to page {}, which is free already", c.actor(), c.page());
}

std::string freed_or_touched(const Case& c) {
  switch (c.event.kind) {
    case EventKind::freed:
      return fmt::format("{} frees page {}, which is still held by {}", c.actor(), c.page(),
                         Case::names_of(c.held()));
    case EventKind::released: return dropped(c);
    case EventKind::acquired:
      return fmt::format("{} takes a reference to page {}, which is free", c.actor(), c.page());
    case EventKind::device_write:
      return fmt::format("the device of {} writes page {} {}", c.actor(), c.page(), became(c));
    case EventKind::device_read:
      return fmt::format("the device of {} reads page {} {}", c.actor(), c.page(), became(c));
    default: return fmt::format("{} touches page {} {}", c.actor(), c.page(), became(c));
  }
}

std::string slab_counted(const Case& c) {
  return fmt::format(
      "{}() by {} takes {} on slab page {}: it keeps the page, not the object, which kfree() gives "
      "to somebody else",
      c.function(), c.actor(), what(c.event.as), c.page());
}

std::string frozen_though_held(const Case& c) {
  return fmt::format("{} freezes page {} (count was {}) with others still holding it: {}",
                     c.actor(), c.page(), c.event.before, Case::names_of(c.held()));
}

}  // namespace

const Words words::not_freed_while_pinned{freed_pinned, why_freed_in_use};
const Words words::not_freed_while_in_use{freed_or_touched, why_freed_in_use};
const Words words::no_refcount_on_kernel_pages{slab_counted, why_slab_counted};
const Words words::freeze_sound{frozen_though_held, why_freeze_failed};

}  // namespace pincheck::explain
