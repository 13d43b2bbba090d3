// SPDX-License-Identifier: MIT
// properties: uses model/machine; used by checker/search, checker/export.
// Holders keep a page, and a page that is gone is nobody's.
#pragma once

#include "properties/define.hpp"

namespace pincheck {

/// Use after free, premature free, and the counter going below zero.
inline auto not_freed_while_in_use() {
  // What gone() reads for a touch.
  static constexpr Reads kTouch{.page = kFree, .stale = true};
  static constexpr auto forbids = [](const auto& at) {
    switch (at.kind()) {
      case EventKind::freed: return at.gone() || at.any_holder();
      case EventKind::released: return at.gone() || (at.before() >= 0 && at.after() < 0);
      default: return at.gone();
    }
  };
  // The model frees nothing twice.
  const auto violated = [](const auto& at) {
    return at.kind() == EventKind::freed ? at.any_holder() : forbids(at);
  };
  return define(
      {.place = 40,
       .code = "INUSE",
       .holds_when = "no page with a holder is freed, nothing touches a freed or reused page, no "
                     "count underflows",
       .ends_run = true,
       .events = {{EventKind::freed, Reads{.counters = true, .holders = true}},
                  {EventKind::released, Reads{.page = kFree}},
                  {EventKind::acquired, Reads{.page = kFree}},
                  {EventKind::device_read, kTouch},
                  {EventKind::device_write, kTouch},
                  {EventKind::cpu_write, kTouch}}},
      violated, forbids);
}

}  // namespace pincheck
