// SPDX-License-Identifier: MIT
// checker/trace: uses checker/explain; used by checker/predict.
// What page dumps, page_owner and /proc/vmstat say of references.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pincheck::trace {

/// A sentence for each page that dump_page() prints: "page: refcount:1025 mapcount:1 … pfn:0x10"
/// (mm/debug.c, 5.x to 6.x), perhaps behind dmesg's time; then what it says of why, and of owners.
std::vector<std::string> page_dumps(std::string_view text);

/// nr_foll_pin_acquired and nr_foll_pin_released: what is pinned, or, of two readings, what became
/// of it in between. Empty when they are not there.
std::vector<std::string> pin_counters(std::string_view text);

}  // namespace pincheck::trace
