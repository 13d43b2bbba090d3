// SPDX-License-Identifier: MIT
// properties: uses model/machine; used by checker/search, checker/export.
// The properties by their ids. Whoever has something for each of them (its words in
// checker/explain/, its condition in checker/export/) makes the table from this list, so that what
// is missing does not build.
#pragma once

#include <cstdint>

// PINCHECK_PROPERTIES(X) is X(name) for each, in the order they are reported. It is made from the
// files: NAME.hpp says its .place.
#include "generated/properties.hpp"

namespace pincheck {

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
