// SPDX-License-Identifier: MIT
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
          .violated = violated};
}

}  // namespace pincheck
