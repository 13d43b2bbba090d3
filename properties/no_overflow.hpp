// SPDX-License-Identifier: MIT
// properties: uses model/machine; used by checker/search, checker/export.
// Counts stay in their width.
#pragma once

#include "properties/define.hpp"

namespace pincheck {

/// The 31-bit limit of `_refcount`: 2^21 pins of one small page (CVE-2019-11487, zero page pins).
inline auto no_overflow() {
  return define(
      {.place = 60,
       .code = "OVERFL",
       .holds_when =
           "no acquisition wraps a count past its width, or is made on one that has wrapped",
       .events = {{EventKind::acquired, Reads{}}}},
      [](const auto& at) { return at.after() < at.before() || at.before() < 0; });
}

}  // namespace pincheck
