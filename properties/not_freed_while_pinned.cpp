// SPDX-License-Identifier: MIT
#include "properties/property.hpp"
#include "properties/rules.hpp"

namespace pincheck {
namespace {

bool violated(const System& system, const World& world, const Event& event) {
  return rules::still_held(ledger_entries(system, world, event.page, Held::pin));
}

}  // namespace

/// Documentation/core-api/pin_user_pages.rst: a pinned page must not be freed.
Property not_freed_while_pinned() {
  return {.id = PropertyId::not_freed_while_pinned,
          .name = "not-freed-while-pinned",
          .code = "PINFREE",
          .holds_when = "a page with a pin holder is never freed",
          .ends_run = true,
          .events = {{EventKind::freed, Reads{.holders = true}}},
          .violated = violated};
}

}  // namespace pincheck
