// SPDX-License-Identifier: MIT
// model/iterators: uses model/question; used by model/callers.
// The kinds. Each is in the file of its name.
#pragma once

#include "model/iterators/kind.hpp"

/// In the order of listings.
#define PINCHECK_KINDS(KIND) \
  KIND(ubuf)                 \
  KIND(iovec)                \
  KIND(bvec)                 \
  KIND(kvec)                 \
  KIND(xarray)               \
  KIND(pipe)                 \
  KIND(folioq)               \
  KIND(discard)

/// Each is defined by its qualified name, which does not compile unless it is listed above.
namespace pincheck::kind {
#define PINCHECK_DECLARE(name) Kind name();
PINCHECK_KINDS(PINCHECK_DECLARE)
#undef PINCHECK_DECLARE
}  // namespace pincheck::kind
