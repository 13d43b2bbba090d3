// SPDX-License-Identifier: MIT
// Device writes, and who writes their data back when.
#include <fmt/format.h>

#include <algorithm>

#include "checker/explain/explanations.hpp"
#include "checker/explain/sentences.hpp"

namespace pincheck::explain {
namespace {

/// The step in which the actor's device last wrote or read the page, 0 if it has yet to.
int transferred(const Case& c, int end, int actor, int page) {
  return c.last(end, [&](int n) {
    return c.actor_of(n) == actor && (c.find(n, EventKind::device_write, page) != nullptr ||
                                      c.find(n, EventKind::device_read, page) != nullptr);
  });
}

/// Where the request went to the device, and what that has done with the page so far.
std::string in_flight_since(const Case& c, int actor, int page) {
  const int submitted = c.flagged(c.now(), actor, kSubmitted);
  const int moved = transferred(c, c.now(), actor, page);
  const char* verb = c.world.request[actor].has(kDest) ? "write" : "read";
  const std::string rest = moved == 0 ? fmt::format("it has yet to {} page {}", verb, c.page(page))
                                      : fmt::format("({}) did not end it: it may {} page {} again",
                                                    moved, verb, c.page(page));
  return fmt::format("{} handed the request of {} to the device: {}", c.call(submitted),
                     c.actor(actor), rest);
}

bool writes(const Case& c, int actor, int page) {
  const Request& request = c.world.request[actor];
  if (!in_flight(request) || !request.has(kDest) || request.has(kIoError)) return false;
  for (int slot = 0; slot < request.count; ++slot)
    if (request.slot[slot] == page && request.in_io(slot)) return true;
  return false;
}

/// What the writeback could have seen of one writer's reference.
std::string visible(const Case& c, const story::Holder& one, int check) {
  const std::string took = c.acquisition(one);
  if (one.what.held == Held::get) return took + ": it looks like any other reference";
  if (check == 0) return took + ": folio_maybe_dma_pinned() would have said yes";
  return fmt::format("{}, {} ({}) had looked", took, one.since > check ? "after" : "before", check);
}

/// Outcomes of the actor's steps after `start` that leave the page clean where another one of the
/// same step would have marked it dirty.
std::string passed_over(const Case& c, int start, int actor, int page) {
  const auto dirties = [](const Outcome& outcome) {
    return std::any_of(outcome.effects.begin(), outcome.effects.end(),
                       [](const Effect& effect) { return effect.op == Do::dirty; });
  };
  const int at = c.last(c.now(), [&](int n) {
    if (n <= start || c.actor_of(n) != actor || c.page_of(n) != page) return false;
    const auto& all = c.program_step(n).outcomes;
    return !dirties(c.taken(n)) && std::any_of(all.begin(), all.end(), dirties);
  });
  return at == 0 ? "" : c.call_with_outcome(at);
}

std::string unread(const Case& c, int written) {
  return fmt::format("{} of {} wrote page {}, and no writeback has read it since", c.call(written),
                     c.actor(c.actor_of(written)), c.page(c.event.page));
}

/// Why the dirty bit that should have brought the data to disk is not there.
Lines not_dirty(const Case& c, int written, int actor) {
  const int page = c.event.page;
  const int dirtied = c.last(c.now(), [&](int n) {
    return n > written && c.find(n, EventKind::dirtied, page) != nullptr;
  });
  const int cleaned = c.last_cleared(c.now(), page, kDirty);
  Lines lines;
  if (dirtied != 0) {
    lines.push_back(fmt::format("{} had marked it dirty", c.call_by(dirtied)));
    if (cleaned > dirtied)
      lines.push_back(
          fmt::format("{} cleaned it again, and wrote nothing", c.call_with_outcome(cleaned)));
    const int thread = c.step(std::min(c.now(), c.size())).choice.thread;
    const int looked = c.asked(dirtied, thread, page, Ask::page_has, kDirty);
    if (c.event.kind == EventKind::freed)
      lines.push_back(
          looked == 0 ? fmt::format("{} did not look at the dirty bit after that", c.thread(thread))
                      : fmt::format("{} had looked at the dirty bit before, and not again",
                                    c.call(looked)));
    lines.push_back(unread(c, written));
    return lines;
  }
  const std::string passed = passed_over(c, written, actor, page);
  lines.push_back(passed.empty()
                      ? fmt::format("no step of {} marks it dirty after that", c.actor(actor))
                      : fmt::format("{}, so it was not marked dirty", passed));
  lines.push_back(unread(c, written));
  if (cleaned == 0) return lines;
  const int read = c.last(written, [&](int n) {
    const auto& effects = c.taken(n).effects;
    return n > cleaned && c.page_of(n) == page &&
           std::find(effects.begin(), effects.end(), Effect{Do::writeback_read}) != effects.end();
  });
  const std::string and_read = read == 0 ? "" : fmt::format(", and {} read it", c.call(read));
  lines.push_back(fmt::format("{} had cleaned it{}, {} it was written", c.call_by(cleaned),
                              and_read, cleaned < written ? "before" : "after"));
  return lines;
}

/// The step that set PG_writeback; the violation's own where writeback comes second. 0 where it was
/// set from the start.
int writeback_start(const Case& c) {
  if (c.event.kind == EventKind::writeback_started) return c.now();
  return c.last_set(c.now(), c.event.page, kWriteback);
}

Lines why_written_back(const Case& c) {
  const int page = c.event.page;
  const int now = writeback_start(c);
  if (now == 0) return {};
  const int thread = c.step(now).choice.thread;
  const int check = c.asked(now, thread, page, Ask::maybe_pinned);
  Lines lines;
  if (now < c.now())
    lines.push_back(
        fmt::format("{} had set PG_writeback, and nobody has cleared it", c.call_by(now)));
  for (int actor = 0; actor < c.system.actors; ++actor) {
    if (!writes(c, actor, page)) continue;
    lines.push_back(in_flight_since(c, actor, page));
    const auto own = Case::of_request(c.held(), actor);
    for (const story::Holder& one : own) lines.push_back(visible(c, one, check));
    if (own.empty())
      lines.push_back(
          fmt::format("{} has no reference of its own to page {}", c.actor(actor), c.page(page)));
  }
  if (check == 0)
    lines.push_back(fmt::format("no step of {} asked folio_maybe_dma_pinned()", c.thread(thread)));
  const int looked = c.asked(now, thread, page, Ask::page_has, kDirty);
  const int dirtied =
      c.last(now, [&](int n) { return c.find(n, EventKind::dirtied, page) != nullptr; });
  if (looked != 0 && dirtied != 0 && dirtied < looked)
    lines.push_back(
        fmt::format("{} found it dirty: {} had marked it", c.call(looked), c.call_by(dirtied)));
  return lines;
}

Lines why_data_lost(const Case& c) {
  const int page = c.event.page;
  const int written = c.last(c.now(), [&](int n) {
    return c.find(n, EventKind::device_write, page) != nullptr ||
           (c.find(n, EventKind::cpu_write, page) != nullptr &&
            c.step(n).after.page[page].has(kUnsaved));
  });
  if (written == 0) return {};
  const int actor = c.actor_of(written);
  Lines lines;
  if (c.event.kind == EventKind::freed) lines = how_freed(c, c.now(), page);
  for (std::string& line : not_dirty(c, written, actor)) lines.push_back(std::move(line));
  return lines;
}

Lines why_pin_too_short(const Case& c) {
  const int page = c.event.page;
  const int actor = c.event.actor;
  const auto drops = [&](const Event& one) {
    return one.kind == EventKind::released && one.held == Held::pin && one.page == page &&
           one.actor == actor && one.slot == c.event.slot;
  };
  const int dropped = c.last(c.now() + 1, [&](int n) {
    const auto& events = c.step(n).events;
    return std::any_of(events.begin(), events.end(), drops);
  });
  if (dropped == 0) return {};
  Lines lines;
  for (const story::Holder& one : Case::of_request(c.before(dropped, page), actor)) {
    if (one.what.held != Held::pin || one.what.place != c.event.slot) continue;
    if (one.since == 0) continue;
    lines.push_back(fmt::format("{} released what ({}) acquired", c.call(dropped), one.since));
    lines.push_back(c.acquisition(one));
  }
  lines.push_back(in_flight_since(c, actor, page));
  auto rest = Case::of_request(c.held(), actor);
  std::erase_if(rest, [&](const story::Holder& one) { return one.what.place != c.event.slot; });
  const bool pinned = ledger_entries(c.system, c.world, page, Held::pin) > 0;
  lines.push_back(rest.empty()
                      ? fmt::format("this I/O of {} has no reference to page {} now",
                                    c.actor(actor), c.page(page))
                      : fmt::format("left is {}{}", Case::held_by(rest),
                                    pinned ? "" : ", which folio_maybe_dma_pinned() cannot see"));
  return lines;
}

std::string written_under_pin(const Case& c) {
  if (c.event.kind == EventKind::writeback_started)
    return sentences::written_back_under_pin(c.page());
  const bool device = c.event.kind == EventKind::device_write;
  return fmt::format("{}{} writes page {} under its pin while the disk may be reading it: {}",
                     device ? "the device of " : "", c.actor(), c.page(), sentences::kTorn);
}

std::string written_unpinned(const Case& c) {
  if (c.event.kind == EventKind::device_write)
    return fmt::format(
        "the device of {} writes page {} while the disk may be reading it, and no pin tells "
        "anybody so",
        c.actor(), c.page());
  return fmt::format(
      "writeback of page {} starts while a device may be writing it, and no pin tells anybody so",
      c.page());
}

std::string data_lost(const Case& c) {
  return fmt::format(
      "page {} is {}, but what was written to it by direct I/O was never read by writeback: the "
      "data is lost",
      c.page(), c.event.kind == EventKind::freed ? "freed" : "clean");
}

std::string pin_too_short(const Case& c) {
  if (c.event.kind == EventKind::released)
    return fmt::format("{} drops its pin of page {} while its device is not done with it",
                       c.actor(), c.page());
  return fmt::format(
      "the device of {} touches page {}, which was pinned for this I/O and is not any more; {}",
      c.actor(), c.page(), Case::still_held(c.held()));
}

}  // namespace

const Words words::not_written_back_while_pinned{written_under_pin, why_written_back};
const Words words::stable_under_dma{written_unpinned, why_written_back};
const Words words::dirty_not_lost{data_lost, why_data_lost};
const Words words::pin_covers_io{pin_too_short, why_pin_too_short};

}  // namespace pincheck::explain
