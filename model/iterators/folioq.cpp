// SPDX-License-Identifier: MIT
#include "model/iterators/list.hpp"

namespace pincheck {

/// Linked folio_queue segments of netfs (6.12); the rolling buffer holds a reference per slot.
Kind kind::folioq() {
  return {.name = "folioq",
          .symbol = "ITER_FOLIOQ",
          .summary = "folios of a netfs rolling buffer, which holds one reference a slot",
          .iter_type = {.v6_12 = 4},
          .backings = {Backing::file, Backing::pipe},
          .page_cache = true,
          .creator_dest = Holds::get,
          .creator_source = Holds::get,
          .extract = listed};
}

}  // namespace pincheck
