// SPDX-License-Identifier: MIT
// model/callers: uses model/iterators; used by model/paths.
// The callers. Each is in the file of its name; NFS's two are in one.
#pragma once

#include "model/callers/caller.hpp"

/// In the order of listings.
#define PINCHECK_CALLERS(CALLER) \
  CALLER(bio)                    \
  CALLER(legacy)                 \
  CALLER(nfs_read)               \
  CALLER(nfs_write)              \
  CALLER(fuse)                   \
  CALLER(ceph)                   \
  CALLER(tcp)

/// Each is defined by its qualified name, which does not compile unless it is listed above.
namespace pincheck::caller {
#define PINCHECK_DECLARE(name) Caller name();
PINCHECK_CALLERS(PINCHECK_DECLARE)
#undef PINCHECK_DECLARE
}  // namespace pincheck::caller
