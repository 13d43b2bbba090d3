// SPDX-License-Identifier: MIT
#include "properties/property.hpp"

namespace pincheck {
namespace {

bool forbids(const Observed& o) {
  switch (o.kind) {
    case EventKind::released: return wrong_release(Held::get, o);
    case EventKind::left_over: return o.held == Held::get;
    // Off by what pins alone cannot explain.
    case EventKind::quiescent: return (o.before - o.after) % o.bias != 0;
    default: return false;
  }
}

/// A large folio's counter has no bias in it.
bool violated(const System& system, const World& world, const Event& event) {
  if (event.kind == EventKind::quiescent) {
    if (world.page[event.page].pins != 0) return false;
    if (system.large(event.page)) return event.before != event.after;
  }
  return forbids(observed(event, system.arithmetic.bias));
}

}  // namespace

/// Every get is released exactly once, by its holder, with a put.
Property get_put_balanced() {
  return {.id = PropertyId::get_put_balanced,
          .name = "get-put-balanced",
          .code = "PUT",
          .holds_when = "every get is released exactly once, by its holder, with a put",
          .events = {{EventKind::released, Reads{}},
                     {EventKind::left_over, Reads{}},
                     {EventKind::quiescent, Reads{.counters = true}}},
          .violated = violated,
          .forbids = forbids};
}

}  // namespace pincheck
