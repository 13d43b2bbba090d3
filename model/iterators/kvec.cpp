// SPDX-License-Identifier: MIT
#include "model/iterators/list.hpp"

namespace pincheck {

/// Kernel virtual memory. Its lifetime is the object's, not the page's: no reference may be taken.
/// iov_iter_get_pages2 refuses it, iov_iter_extract_pages lists its pages (virt_to_page).
Kind kind::kvec() {
  return {.name = "kvec",
          .symbol = "ITER_KVEC",
          .summary = "kernel memory of the creator; page references mean nothing for it",
          .iter_type = {.v6_1 = 1, .v6_12 = 3},
          .backings = {Backing::kernel},
          .extract = listed};
}

}  // namespace pincheck
