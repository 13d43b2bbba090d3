// SPDX-License-Identifier: MIT
// properties: uses model/machine; used by checker/search, checker/export.
// Gets and puts.
#pragma once

#include "properties/define.hpp"

namespace pincheck {

/// Every get is released exactly once, by its holder, with a put.
inline auto get_put_balanced() {
  static constexpr auto forbids = [](const auto& at) {
    switch (at.kind()) {
      case EventKind::released: return wrong_release(at, Held::get);
      case EventKind::left_over: return at.held(Held::get);
      // Off by what pins alone cannot explain.
      case EventKind::quiescent: return (at.before() - at.after()) % at.bias() != 0;
      default: return at.no();
    }
  };
  // A large folio's counter has no bias in it.
  const auto violated = [](const auto& at) {
    if (at.kind() != EventKind::quiescent) return forbids(at);
    return at.pins() == 0 &&
           ((at.large() && at.before() != at.after()) || (!at.large() && forbids(at)));
  };
  return define({.place = 20,
                 .code = "PUT",
                 .holds_when = "every get is released exactly once, by its holder, with a put",
                 .events = {{EventKind::released, Reads{}},
                            {EventKind::left_over, Reads{}},
                            {EventKind::quiescent, Reads{.counters = true}}}},
                violated, forbids);
}

}  // namespace pincheck
