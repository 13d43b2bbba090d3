// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <cstdlib>

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

std::string explain(const Finding& f) {
  if (f.event.kind == EventKind::left_over)
    return fmt::format("{} has got page {} and never puts it", f.actor(), f.page());
  if (f.event.kind == EventKind::quiescent)
    return fmt::format("at the end the count of page {} is {}, its holders add up to {}", f.page(),
                       f.event.before, f.event.after);
  return wrong_release(f);
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
          .explain = explain};
}

}  // namespace pincheck
