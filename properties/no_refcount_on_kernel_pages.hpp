// SPDX-License-Identifier: MIT
// properties: uses model/machine; used by checker/search, checker/export.
// Slab pages are not counted.
#pragma once

#include "properties/define.hpp"

namespace pincheck {

/// sendpage_ok() (include/linux/net.h); mm since 6.14 refuses such references altogether. The
/// slab's own comes and goes with the object; every other one is wrong.
inline auto no_refcount_on_kernel_pages() {
  return define({.place = 50,
                 .code = "SLAB",
                 .holds_when = "slab pages are never gotten or pinned",
                 .events = {{EventKind::acquired, Reads{.counters = true}}}},
                [](const auto& at) { return at.backing(Backing::kernel) && !at.as(Held::none); });
}

}  // namespace pincheck
