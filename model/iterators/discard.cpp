// SPDX-License-Identifier: MIT
#include "model/iterators/kind.hpp"

namespace pincheck {
namespace {

void no_pages(Builder& b, const Extraction& x) {
  b.step("extract", x.function).always({to::count(0)}, at(x.failed));
}

}  // namespace

/// Throws data away: it has no pages, and every extraction returns -EFAULT.
Kind discard() {
  return {"discard", "ITER_DISCARD", "no pages at all", false,   false,
          {},        Holds::none,    Holds::none,       no_pages};
}

}  // namespace pincheck
