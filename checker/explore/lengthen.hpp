// SPDX-License-Identifier: MIT
// checker/explore: uses checker/search; used by shrinkers, checker/story.
// Lists that are looked up by part numbers, and grow as those do.
#pragma once

#include <cstddef>
#include <vector>

namespace pincheck::explore {

/// Makes the list at least so long, and adds what that takes to `bytes`.
template <class Value>
void lengthen(std::vector<Value>& list, std::size_t size, std::size_t& bytes) {
  constexpr std::size_t kAllocation = 16;  // besides what was asked for, about
  if (size <= list.size()) return;
  const std::size_t before = list.capacity();
  list.resize(size);
  if (before == 0) bytes += kAllocation;
  bytes += (list.capacity() - before) * sizeof(Value);
}

}  // namespace pincheck::explore
