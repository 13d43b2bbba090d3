// SPDX-License-Identifier: MIT
#include "properties/property.hpp"

namespace pincheck {
namespace {

/// What stale() reads for a touch.
constexpr Reads kTouch{.page = kFree, .stale = true};

bool forbids(const Observed& o) {
  const bool underflows = o.before >= 0 && o.after < 0;
  switch (o.kind) {
    case EventKind::freed: return o.free || o.holders > 0;
    case EventKind::released: return o.free || underflows;
    default: return o.free;
  }
}

/// The page is not the actor's to touch: it was freed, maybe to somebody else, since it was listed.
bool stale(const World& world, const Event& event) {
  const bool counts = event.kind == EventKind::released || event.kind == EventKind::acquired;
  return world.page[event.page].has(kFree) ||
         (!counts && world.request[event.actor].stale(event.slot));
}

bool violated(const System& system, const World& world, const Event& event) {
  Observed facts = observed(event);
  if (event.kind == EventKind::freed)
    facts.holders = holders(system, world, event.page);
  else
    facts.free = stale(world, event);
  return forbids(facts);
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
          .forbids = forbids};
}

}  // namespace pincheck
