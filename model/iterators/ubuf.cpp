// SPDX-License-Identifier: MIT
#include "model/iterators/list.hpp"

namespace pincheck {

/// One user range (since 6.0). Pages come from the page tables at the moment of extraction.
Kind kind::ubuf() {
  return {.name = "ubuf",
          .symbol = "ITER_UBUF",
          .summary = "one user buffer; the mapping holds the pages, nothing else does",
          .iter_type = {.v6_1 = 6, .v6_12 = 0},
          .backings = {Backing::anon, Backing::file, Backing::zero},
          .user_backed = true,
          .extract = gup};
}

}  // namespace pincheck
