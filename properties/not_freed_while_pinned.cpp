// SPDX-License-Identifier: MIT
#include "properties/property.hpp"

namespace pincheck {
namespace {

bool forbids(const Observed& o) { return o.kind == EventKind::freed && o.pins > 0; }

bool violated(const System& system, const World& world, const Event& event) {
  return forbids(
      {.kind = event.kind, .pins = ledger_entries(system, world, event.page, Held::pin)});
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
          .violated = violated,
          .forbids = forbids};
}

}  // namespace pincheck
