// SPDX-License-Identifier: MIT
#include "model/iterators/kind.hpp"

namespace pincheck {

/// Kernel virtual memory. Its lifetime is the object's, not the page's: no reference may be taken.
/// iov_iter_get_pages2 refuses it, iov_iter_extract_pages lists its pages (virt_to_page).
Kind kvec() {
  return {
      "kvec",      "ITER_KVEC", "kernel memory of the creator; page references mean nothing for it",
      false,       false,       {Backing::kernel},
      Holds::none, Holds::none, listed};
}

}  // namespace pincheck
