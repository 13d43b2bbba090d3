// SPDX-License-Identifier: MIT
#include "model/iterators/kind.hpp"

namespace pincheck {

/// Linked folio_queue segments of netfs (6.12); the rolling buffer holds a reference per slot.
Kind folioq() {
  return {"folioq",
          "ITER_FOLIOQ",
          "folios of a netfs rolling buffer, which holds one reference a slot",
          false,
          false,
          {Backing::file, Backing::pipe},
          Holds::get,
          Holds::get,
          listed};
}

}  // namespace pincheck
