// SPDX-License-Identifier: MIT
// properties: uses model/machine; used by checker/search, checker/export.
// Pins and unpins.
#pragma once

#include "properties/define.hpp"

namespace pincheck {

/// /proc/vmstat's nr_foll_pin_acquired == nr_foll_pin_released, per holder; `_pincount` too.
inline auto pin_unpin_balanced() {
  static constexpr auto forbids = [](const auto& at) {
    switch (at.kind()) {
      case EventKind::released: return wrong_release(at, Held::pin);
      case EventKind::left_over: return at.held(Held::pin);
      // Off by whole pins.
      case EventKind::quiescent:
        return at.before() != at.after() && (at.before() - at.after()) % at.bias() == 0;
      default: return at.no();
    }
  };
  // Pins of a large folio are in `_pincount`.
  const auto violated = [](const auto& at) {
    if (at.kind() != EventKind::quiescent) return forbids(at);
    return (at.large() && at.pins() != at.expected_pins()) || (!at.large() && forbids(at));
  };
  return define({.place = 10,
                 .code = "UNPIN",
                 .holds_when = "every pin is released exactly once, by its holder, with an unpin",
                 .events = {{EventKind::released, Reads{}},
                            {EventKind::left_over, Reads{}},
                            {EventKind::quiescent, Reads{.counters = true, .holders = true}}}},
                violated, forbids);
}

}  // namespace pincheck
