// SPDX-License-Identifier: MIT
#include "model/iterators/kind.hpp"

namespace pincheck {

/// An array of struct pages (pipe buffers, registered buffers, loop, swap, nfsd). The creator
/// holds them until completion: the contract since 2019 (bio_iov_iter_get_pages).
Kind bvec() {
  return {"bvec",
          "ITER_BVEC",
          "struct pages of the creator, who holds them until completion",
          false,
          false,
          {Backing::anon, Backing::file, Backing::pipe, Backing::kernel, Backing::zero},
          Holds::get,
          Holds::get,
          listed};
}

}  // namespace pincheck
