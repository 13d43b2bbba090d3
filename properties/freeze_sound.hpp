// SPDX-License-Identifier: MIT
// properties: uses model/machine; used by checker/search, checker/export.
// Freezing a count.
#pragma once

#include "properties/define.hpp"

namespace pincheck {

/// folio_ref_freeze(expected): a success means that nobody else has a reference. The freezer's own
/// is its array role; the cache's are structural.
inline auto freeze_sound() {
  return define(
      {.place = 70,
       .code = "FREEZE",
       .holds_when = "a successful freeze finds no holder but the freezer and the cache",
       .ends_run = true,
       .events = {{EventKind::frozen, Reads{.counters = true, .holders = true, .slots = true}}}},
      [](const auto& at) { return at.holders() > at.cache() + at.own(Role::array); });
}

}  // namespace pincheck
