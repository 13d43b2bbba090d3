// SPDX-License-Identifier: MIT
#include "model/iterators/list.hpp"

namespace pincheck {

/// readv/writev. The kernel extracts one segment a call and its callers call again; the model
/// takes all segments in one call, and a call that ends early is the short extraction.
Kind kind::iovec() {
  return {.name = "iovec",
          .symbol = "ITER_IOVEC",
          .summary = "user buffers, one a segment; the mapping holds the pages, nothing else does",
          .iter_type = {.v6_1 = 0, .v6_12 = 1},
          .backings = {Backing::anon, Backing::file, Backing::zero},
          .user_backed = true,
          .segmented = true,
          .simpler = "ubuf",
          .extract = gup};
}

}  // namespace pincheck
