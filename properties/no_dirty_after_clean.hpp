// SPDX-License-Identifier: MIT
// properties: uses model/machine; used by checker/search, checker/export.
// Dirty pages have buffers, where their file system wants some.
#pragma once

#include "properties/define.hpp"

namespace pincheck {

/// The ext4 crash that started it all (Kara, LSF/MM 2018; d824ec2a1546, cc5095747edf).
inline auto no_dirty_after_clean() {
  return define(
      {.place = 80,
       .code = "STRIP",
       .holds_when = "nobody dirties a page whose buffers were already stripped",
       .events = {{EventKind::dirtied, Reads{.page = kBuffersFs | kCached | kPrivate}}}},
      [](const auto& at) { return at.has(kBuffersFs) && at.has(kCached) && !at.has(kPrivate); });
}

}  // namespace pincheck
