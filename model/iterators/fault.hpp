// SPDX-License-Identifier: MIT
// model/iterators: uses model/question; used by model/callers.
// A page fault on a page that is still there: shared by GUP's slow path and a store.
#pragma once

#include <string>

#include "model/language/builder.hpp"

namespace pincheck {

/// handle_mm_fault on the thread's slot: takes the folio lock, calls ->page_mkwrite when `write`,
/// maps the page, unlocks, goes on at `mapped`. Goes to `failed` when the page is gone (SIGBUS) or
/// the task was killed.
void fault_in(Builder&, bool write, const std::string& mapped, const std::string& failed);

}  // namespace pincheck
