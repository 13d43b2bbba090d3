// SPDX-License-Identifier: MIT
// model/paths: uses model/callers; used by model/compile.
// The paths. Those of a file are about one thing; its comment says what.
#pragma once

#include "model/paths/path.hpp"

/// In the order of listings.
#define PINCHECK_PATHS(PATH) \
  PATH(direct_read)          \
  PATH(direct_write)         \
  PATH(splice_read)          \
  PATH(splice_write)         \
  PATH(sendfile)             \
  PATH(vmsplice)             \
  PATH(tee)                  \
  PATH(pipe_read)            \
  PATH(pipe_write)           \
  PATH(store)                \
  PATH(writeback)            \
  PATH(reclaim)              \
  PATH(truncate)             \
  PATH(munmap)

/// Each is defined by its qualified name, which does not compile unless it is listed above.
namespace pincheck::path {
#define PINCHECK_DECLARE(name) Path name();
PINCHECK_PATHS(PINCHECK_DECLARE)
#undef PINCHECK_DECLARE
}  // namespace pincheck::path
