// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "properties/property.hpp"
#include "properties/rules.hpp"

namespace pincheck {
namespace {

/// What stale() reads.
constexpr Reads kTouch{.page = kFree, .stale = true};

bool stale(const World& world, const Event& event) {
  return world.request[event.actor].stale(event.slot) || world.page[event.page].has(kFree);
}

bool violated(const System& system, const World& world, const Event& event) {
  switch (event.kind) {
    case EventKind::freed: return rules::still_held(holders(system, world, event.page));
    case EventKind::released:
      return world.page[event.page].has(kFree) || rules::underflows(event.before, event.after);
    case EventKind::acquired: return world.page[event.page].has(kFree);
    default: return stale(world, event);
  }
}

/// What became of the page since the toucher listed it.
std::string since(const Finding& f) {
  const Page& page = f.world.page[f.event.page];
  if (page.has(kFree)) return "after it was freed";
  return page.backing == Backing::kernel ? "after its object was freed"
                                         : "after it was given to somebody else";
}

std::string explain(const Finding& f) {
  switch (f.event.kind) {
    case EventKind::freed:
      return fmt::format("{} frees page {}, which is still held by {}", f.actor(), f.page(),
                         f.holders());
    case EventKind::released:
      if (f.event.after < 0 && f.event.before >= 0)
        return fmt::format("{} drops more than page {} has: the count goes {}; {}", f.actor(),
                           f.page(), counter(f.event), f.still_held());
      return fmt::format("{} drops a reference to page {}, which is free already", f.actor(),
                         f.page());
    case EventKind::acquired:
      return fmt::format("{} takes a reference to page {}, which is free", f.actor(), f.page());
    case EventKind::device_write:
      return fmt::format("the device of {} writes page {} {}", f.actor(), f.page(), since(f));
    case EventKind::device_read:
      return fmt::format("the device of {} reads page {} {}", f.actor(), f.page(), since(f));
    default: return fmt::format("{} touches page {} {}", f.actor(), f.page(), since(f));
  }
}

}  // namespace

/// Use after free, premature free, and the counter going below zero.
Property not_freed_while_in_use() {
  return {.id = PropertyId::not_freed_while_in_use,
          .name = "not-freed-while-in-use",
          .code = "INUSE",
          .holds_when =
              "no page with a holder is freed, nothing touches a freed or reused page, no count "
              "underflows",
          .ends_run = true,
          .events = {{EventKind::freed, Reads{.counters = true, .holders = true}},
                     {EventKind::released, Reads{.page = kFree}},
                     {EventKind::acquired, Reads{.page = kFree}},
                     {EventKind::device_read, kTouch},
                     {EventKind::device_write, kTouch},
                     {EventKind::cpu_write, kTouch}},
          .violated = violated,
          .explain = explain};
}

}  // namespace pincheck
