// SPDX-License-Identifier: MIT
// checker/trace: uses checker/explain; used by checker/predict.
// Holds a trace against the properties.
#pragma once

#include <string>

#include "checker/trace/ledger.hpp"

namespace pincheck::trace {

/// Everything that a trace shows. When is a reference that is still held a violation? When its
/// release has come and gone without it: its bio's __bio_release_pages was entered and that
/// context has gone on to something else; or its NFS call has returned, which it does not before
/// nfs_direct_release_pages. A completed block request or a read that has returned prove nothing:
/// the last bio wakes its reader before it releases its own pages (iomap_dio_bio_end_io).
/// Everything else is open at the end.
Findings judge(const Trace&);

}  // namespace pincheck::trace
