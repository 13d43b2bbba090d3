// SPDX-License-Identifier: MIT
// properties: uses model/machine; used by checker/search, checker/export.
// No kind is refused that was accepted.
#pragma once

#include "properties/define.hpp"

namespace pincheck {

/// Viro in the thread (message 2): "this will break on those".
inline auto not_refused() {
  return define({.place = 140,
                 .code = "REFUSED",
                 .holds_when = "a request that the baseline convention accepts is not refused",
                 .events = {{EventKind::refused, Reads{}}}},
                [](const auto& at) { return at.accepted(); });
}

}  // namespace pincheck
