// SPDX-License-Identifier: MIT
// properties: uses model/machine; used by checker/search, checker/export.
// No writeback under a device's write that has no pin.
#pragma once

#include "properties/define.hpp"

namespace pincheck {

/// The same as not-written-back-while-pinned for a device write that holds only a get, or nothing.
inline auto stable_under_dma() {
  return define(
      {.place = 130,
       .code = "WBDMA",
       .holds_when =
           "no page is under writeback while a device may be writing it under a get or nothing",
       .events = {{EventKind::writeback_started, Reads{.holders = true, .in_flight = true}},
                  {EventKind::device_write, Reads{.page = kWriteback, .slots = true}}}},
      [](const auto& at) {
        if (at.kind() == EventKind::writeback_started) return at.device_may_write(false);
        return at.has(kWriteback) && !at.slot_pinned();
      });
}

}  // namespace pincheck
