// SPDX-License-Identifier: MIT
// The explanations, by idea. A new property needs one here and a line in explain.cpp.
#pragma once

#include "checker/explain/case.hpp"

namespace pincheck {

// balance.cpp: acquire and release that do not match.
Lines why_unbalanced(const Case&);
Lines why_overflowed(const Case&);

// lifetime.cpp: pages that go while somebody needs them.
Lines why_freed_in_use(const Case&);
Lines why_slab_counted(const Case&);
Lines why_freeze_failed(const Case&);

// reclaim.cpp: reclaim's tests and what happened behind their back.
Lines why_dirty_without_buffers(const Case&);
Lines why_pinned_late(const Case&);

// writeback.cpp: device writes, and who writes their data back when.
Lines why_written_back(const Case&);
Lines why_data_lost(const Case&);
Lines why_pin_too_short(const Case&);

// waiting.cpp: requests that get nowhere.
Lines why_refused(const Case&);
Lines why_stuck(const Case&);
Lines why_going_round(const Case&, int cycle);

// Pieces that several of them use.

/// How the page came to be freed in that step, and whose reference was the last.
Lines how_freed(const Case&, int number, int page);
/// "the count is 1023 short: 3 references are held, and it says -1020".
std::string count_against_holders(const Case&, int page);
/// Releases of the event's page that were not the ones for what was held, the last one first.
Lines wrong_releases(const Case&);
/// The faults that led the actor to step `end`, after step `start`: at most one line.
Lines faults(const Case&, int start, int end, int actor);

}  // namespace pincheck
