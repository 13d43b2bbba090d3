// SPDX-License-Identifier: MIT
// properties: uses model/machine; used by checker/search, checker/export.
// Pins keep a page.
#pragma once

#include "properties/define.hpp"

namespace pincheck {

/// Documentation/core-api/pin_user_pages.rst: a pinned page must not be freed.
inline auto not_freed_while_pinned() {
  const auto forbids = [](const auto& at) {
    return at.kind() == EventKind::freed ? at.any_pin() : at.no();
  };
  return define({.place = 30,
                 .code = "PINFREE",
                 .holds_when = "a page with a pin holder is never freed",
                 .ends_run = true,
                 .events = {{EventKind::freed, Reads{.holders = true}}}},
                forbids, forbids);
}

}  // namespace pincheck
