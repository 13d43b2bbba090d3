// SPDX-License-Identifier: MIT
// properties: uses model/machine; used by checker/search, checker/export.
// Nobody waits for ever.
#pragma once

#include "properties/define.hpp"

namespace pincheck {

/// Every actor finishes: no deadlock, and no cycle that no fair schedule leaves (find_livelock()).
/// The programs of the model have loops, but always_ends() shows that none can repeat for ever.
inline auto completes() {
  return define({.place = 150,
                 .code = "STUCK",
                 .holds_when = "every actor finishes: nobody waits for ever",
                 .events = {{EventKind::stuck, Reads{}}}},
                [](const auto& at) { return !at.no(); });
}

}  // namespace pincheck
