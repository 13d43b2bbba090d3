// SPDX-License-Identifier: MIT
// properties: uses model/machine; used by checker/search, checker/export.
// Device data reach the disk.
#pragma once

#include "properties/define.hpp"

namespace pincheck {

/// Device data that no writeback has read, on a page that is clean or goes away: nobody will write
/// it. Truncation drops the data on purpose (the ghost bit goes with the cache entry). Checked when
/// the page is freed and when everybody has finished.
inline auto dirty_not_lost() {
  return define(
      {.place = 90,
       .code = "LOST",
       .holds_when =
           "what direct I/O wrote is on its way to disk, or still dirty, when the last user goes",
       .events = {{EventKind::freed, Reads{.page = kUnsaved}},
                  {EventKind::quiescent, Reads{.page = kUnsaved | kDirty}}}},
      [](const auto& at) {
        return at.has(kUnsaved) && (at.kind() == EventKind::freed || !at.has(kDirty));
      });
}

}  // namespace pincheck
