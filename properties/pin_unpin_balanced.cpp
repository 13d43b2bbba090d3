// SPDX-License-Identifier: MIT
#include "properties/property.hpp"
#include "properties/rules.hpp"

namespace pincheck {
namespace {

/// At the end `_pincount` is not zero, or the counter is off by whole pins.
bool count_is_off(const System& system, const World& world, const Event& event) {
  const int pins = expected_counts(system, world, event.page).pins;
  if (system.large(event.page)) return world.page[event.page].pins != pins;
  return rules::off_by_pins(event.before, event.after, system.arithmetic.bias);
}

bool violated(const System& system, const World& world, const Event& event) {
  if (event.kind == EventKind::left_over) return event.held == Held::pin;
  if (event.kind == EventKind::quiescent) return count_is_off(system, world, event);
  return rules::wrong_release(Held::pin, event.held, event.as);
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
          .violated = violated};
}

}  // namespace pincheck
