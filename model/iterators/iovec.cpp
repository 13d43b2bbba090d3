// SPDX-License-Identifier: MIT
#include "model/iterators/kind.hpp"

namespace pincheck {

/// readv/writev. The kernel extracts one segment a call and its callers call again; the model
/// takes all segments in one call, and a call that ends early is the short extraction.
Kind iovec() {
  return {"iovec",
          "ITER_IOVEC",
          "user buffers, one a segment; the mapping holds the pages, nothing else does",
          true,
          false,
          {Backing::anon, Backing::file, Backing::zero},
          Holds::none,
          Holds::none,
          gup};
}

}  // namespace pincheck
