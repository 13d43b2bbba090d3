// SPDX-License-Identifier: MIT
#include "model/iterators/list.hpp"

namespace pincheck {

/// An array of struct pages (pipe buffers, registered buffers, loop, swap, nfsd). The creator
/// holds them until completion: the contract since 2019 (bio_iov_iter_get_pages).
Kind kind::bvec() {
  return {.name = "bvec",
          .symbol = "ITER_BVEC",
          .summary = "struct pages of the creator, who holds them until completion",
          .iter_type = {.v6_1 = 2, .v6_12 = 2},
          .backings = {Backing::anon, Backing::file, Backing::pipe, Backing::kernel, Backing::zero},
          .page_array = true,
          .creator_dest = Holds::get,
          .creator_source = Holds::get,
          .extract = listed};
}

}  // namespace pincheck
