// SPDX-License-Identifier: MIT
#include "model/iterators/list.hpp"

namespace pincheck {
namespace {

void no_pages(Builder& b, const Extraction& x) {
  b.step("extract", x.function).always({to::count(0)}, at(x.failed));
}

}  // namespace

/// Throws data away: it has no pages, and every extraction returns -EFAULT.
Kind kind::discard() {
  return {.name = "discard",
          .symbol = "ITER_DISCARD",
          .summary = "no pages at all",
          .iter_type = {.v6_1 = 5, .v6_12 = 6},
          .extract = no_pages};
}

}  // namespace pincheck
