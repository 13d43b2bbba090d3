// SPDX-License-Identifier: MIT
// properties: uses model/machine; used by checker/search, checker/export.
// No pin behind reclaim's back.
#pragma once

#include "properties/define.hpp"

namespace pincheck {

/// The comment in shrink_folio_list: "Folio is unmapped now so it cannot be newly pinned anymore".
/// Viro, 14 Sep 2022: a pin made from a struct page breaks that; Kara agreed. Only pins that stay
/// count: the lockless path adds and takes back (its steps are not from_page).
inline auto no_late_pin() {
  return define(
      {.place = 110,
       .code = "LATE",
       .holds_when =
           "no pin appears between reclaim's pin test and its unlock, other than through a PTE",
       .events = {{EventKind::acquired, Reads{.page = kLookedAt}}}},
      [](const auto& at) { return at.as(Held::pin) && at.from_page() && at.has(kLookedAt); });
}

}  // namespace pincheck
