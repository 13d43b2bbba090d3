// SPDX-License-Identifier: MIT
// properties: uses model/machine; used by checker/search, checker/export.
// A pin lasts as long as the I/O.
#pragma once

#include "properties/define.hpp"

namespace pincheck {

/// Kara, 22 Sep 2022, on NFS in Hubbard's v1 and v2: the pin is dropped right after scheduling. The
/// last pin of the slot goes while the device works, or it works after the last pin went.
inline auto pin_covers_io() {
  return define(
      {.place = 100,
       .code = "COVER",
       .holds_when = "what was pinned for an I/O stays pinned until the device is done",
       .events = {{EventKind::released, Reads{.request = kSubmitted | kDeviceDone | kCancelled,
                                              .slots = true,
                                              .requests_only = true}},
                  {EventKind::device_read, Reads{.slots = true}},
                  {EventKind::device_write, Reads{.slots = true}}}},
      [](const auto& at) {
        auto uncovered = at.pinned_for_io() && at.in_io() && !at.slot_pinned();
        if (at.kind() != EventKind::released) return uncovered;
        return uncovered && at.held(Held::pin) && !at.structural() && at.in_flight();
      });
}

}  // namespace pincheck
