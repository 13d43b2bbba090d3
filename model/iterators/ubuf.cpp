// SPDX-License-Identifier: MIT
#include "model/iterators/kind.hpp"

namespace pincheck {

/// One user range (since 6.0). Pages come from the page tables at the moment of extraction.
Kind ubuf() {
  return {
      "ubuf",      "ITER_UBUF", "one user buffer; the mapping holds the pages, nothing else does",
      true,        false,       {Backing::anon, Backing::file, Backing::zero},
      Holds::none, Holds::none, gup};
}

}  // namespace pincheck
