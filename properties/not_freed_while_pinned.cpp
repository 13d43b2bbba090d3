// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "properties/property.hpp"
#include "properties/rules.hpp"

namespace pincheck {
namespace {

bool violated(const System& system, const World& world, const Event& event) {
  return rules::still_held(ledger_entries(system, world, event.page, Held::pin));
}

std::string explain(const Finding& f) {
  return fmt::format("{} frees page {} while it is pinned; {}", f.actor(), f.page(),
                     f.still_held());
}

}  // namespace

/// Documentation/core-api/pin_user_pages.rst: a pinned page must not be freed.
Property not_freed_while_pinned() {
  return {"not-freed-while-pinned",
          "PINFREE",
          "a page with a pin holder is never freed",
          true,
          {{EventKind::freed, Reads{.holders = true}}},
          violated,
          explain};
}

}  // namespace pincheck
