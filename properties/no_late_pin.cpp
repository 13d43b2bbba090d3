// SPDX-License-Identifier: MIT
#include "properties/property.hpp"

namespace pincheck {
namespace {

/// Only pins that stay count: the lockless path adds and takes back (its steps are not from_page).
bool violated(const System&, const World& world, const Event& event) {
  return event.as == Held::pin && event.from_page && world.page[event.page].has(kLookedAt);
}

}  // namespace

/// The comment in shrink_folio_list: "Folio is unmapped now so it cannot be newly pinned anymore".
/// Viro, 14 Sep 2022: a pin made from a struct page breaks that; Kara agreed.
Property no_late_pin() {
  return {.id = PropertyId::no_late_pin,
          .name = "no-late-pin",
          .code = "LATE",
          .holds_when =
              "no pin appears between reclaim's pin test and its unlock, other than through a PTE",
          .events = {{EventKind::acquired, Reads{.page = kLookedAt}}},
          .violated = violated};
}

}  // namespace pincheck
