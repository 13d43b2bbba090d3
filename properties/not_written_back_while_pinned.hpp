// SPDX-License-Identifier: MIT
// properties: uses model/machine; used by checker/search, checker/export.
// No writeback under a pin.
#pragma once

#include "properties/define.hpp"

namespace pincheck {

/// Kara in the thread (message 10); his RFC of Feb 2023. Mainline does not guarantee it.
inline auto not_written_back_while_pinned() {
  static constexpr auto forbids = [](const auto& at) {
    return at.kind() == EventKind::writeback_started ? at.device_may_write(true) : at.no();
  };
  const auto violated = [](const auto& at) {
    if (at.kind() == EventKind::writeback_started) return forbids(at);
    return at.has(kWriteback) && at.slot_pinned();
  };
  return define(
      {.place = 120,
       .code = "WBPIN",
       .holds_when =
           "no page is under writeback while a device, or a CPU, may be writing it under a pin",
       .events = {{EventKind::writeback_started, Reads{.holders = true, .in_flight = true}},
                  {EventKind::device_write, Reads{.page = kWriteback, .slots = true}},
                  {EventKind::cpu_write, Reads{.page = kWriteback, .slots = true}}}},
      violated, forbids);
}

}  // namespace pincheck
