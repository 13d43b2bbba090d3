// SPDX-License-Identifier: MIT
#include "properties/property.hpp"

namespace pincheck {
namespace {

bool forbids(const Observed& o) {
  switch (o.kind) {
    case EventKind::released: return wrong_release(Held::pin, o);
    case EventKind::left_over: return o.held == Held::pin;
    // Off by whole pins.
    case EventKind::quiescent: return o.before != o.after && (o.before - o.after) % o.bias == 0;
    default: return false;
  }
}

/// Pins of a large folio are in `_pincount`.
bool violated(const System& system, const World& world, const Event& event) {
  if (event.kind == EventKind::quiescent && system.large(event.page))
    return world.page[event.page].pins != expected_counts(system, world, event.page).pins;
  return forbids(observed(event, system.arithmetic.bias));
}

}  // namespace

/// /proc/vmstat's nr_foll_pin_acquired == nr_foll_pin_released, per holder; `_pincount` too.
Property pin_unpin_balanced() {
  return {.id = PropertyId::pin_unpin_balanced,
          .name = "pin-unpin-balanced",
          .code = "UNPIN",
          .holds_when = "every pin is released exactly once, by its holder, with an unpin",
          .events = {{EventKind::released, Reads{}},
                     {EventKind::left_over, Reads{}},
                     {EventKind::quiescent, Reads{.counters = true, .holders = true}}},
          .violated = violated,
          .forbids = forbids};
}

}  // namespace pincheck
