// SPDX-License-Identifier: MIT
// properties: uses model/machine; used by checker/search, checker/export.
// The one list of the properties. Whoever has something for each of them (its definition here, its
// words in checker/explain/, its condition in checker/export/) makes the table from this list, so
// that what is missing does not build.
#pragma once

#include <cstdint>

namespace pincheck {

/// In the order they are reported. Each is defined in the file of its name.
#define PINCHECK_PROPERTIES(X)     \
  X(pin_unpin_balanced)            \
  X(get_put_balanced)              \
  X(not_freed_while_pinned)        \
  X(not_freed_while_in_use)        \
  X(no_refcount_on_kernel_pages)   \
  X(no_overflow)                   \
  X(freeze_sound)                  \
  X(no_dirty_after_clean)          \
  X(dirty_not_lost)                \
  X(pin_covers_io)                 \
  X(no_late_pin)                   \
  X(not_written_back_while_pinned) \
  X(stable_under_dma)              \
  X(not_refused)                   \
  X(completes)

#define PINCHECK_ID(name) name,
enum class PropertyId : std::uint8_t { PINCHECK_PROPERTIES(PINCHECK_ID) };
#undef PINCHECK_ID

#define PINCHECK_ONE(name) +1
inline constexpr int kProperties = 0 PINCHECK_PROPERTIES(PINCHECK_ONE);
#undef PINCHECK_ONE

/// A set of properties, bit i for properties()[i].
using PropertySet = std::uint32_t;
static_assert(kProperties <= 32);

constexpr int index_of(PropertyId id) { return static_cast<int>(id); }
constexpr PropertySet set_of(PropertyId id) { return PropertySet{1} << index_of(id); }

}  // namespace pincheck
