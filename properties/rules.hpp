// SPDX-License-Identifier: MIT
// The decisions of the properties that need no model: what was held, what was done, what the count
// says. The model's monitors ask them with ghost state, `pincheck trace` with what a booted kernel
// printed.
#pragma once

#include <cstdint>

#include "model/world.hpp"

namespace pincheck::rules {

/// A release of the wrong kind that is `which`'s business: it was held, or it was released.
constexpr bool wrong_release(Held which, Held held, Held as) {
  return as != held && (as == which || held == which);
}

/// The count is not what its holders add up to, and the difference is whole pins (small folio).
constexpr bool off_by_pins(std::int64_t count, std::int64_t expected, int bias) {
  return count != expected && (count - expected) % bias == 0;
}

/// The count is not what its holders add up to, and pins alone cannot explain it (small folio).
constexpr bool off_by_gets(std::int64_t count, std::int64_t expected, int bias) {
  return (count - expected) % bias != 0;
}

/// More was dropped than there was.
constexpr bool underflows(std::int64_t before, std::int64_t after) {
  return before >= 0 && after < 0;
}

/// The page goes to the allocator, or writeback of it starts, with so many of the references left
/// that forbid it.
constexpr bool still_held(int references) { return references > 0; }

}  // namespace pincheck::rules
