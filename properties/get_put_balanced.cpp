// SPDX-License-Identifier: MIT
#include "properties/property.hpp"
#include "properties/rules.hpp"

namespace pincheck {
namespace {

/// At the end the counter is off by an amount that is no multiple of the bias.
bool count_is_off(const System& system, const World& world, const Event& event) {
  const bool large = system.large(event.page);
  return event.before != event.after && world.page[event.page].pins == 0 &&
         (large || rules::off_by_gets(event.before, event.after, system.arithmetic.bias));
}

bool violated(const System& system, const World& world, const Event& event) {
  if (event.kind == EventKind::left_over) return event.held == Held::get;
  if (event.kind == EventKind::quiescent) return count_is_off(system, world, event);
  return rules::wrong_release(Held::get, event.held, event.as);
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
          .violated = violated};
}

}  // namespace pincheck
