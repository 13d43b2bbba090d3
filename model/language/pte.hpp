// SPDX-License-Identifier: MIT
// model/language: uses model/base; used by model/question.
// A PTE: what one address space (mm) says of one page.
#pragma once

#include <cstdint>

namespace pincheck {

/// Bits of a PTE, and of the VMA that it is in.
enum PteFlag : std::uint16_t {
  kMapped = 1 << 0,       ///< it is present (holds one reference, except on the zero page)
  kPteWritable = 1 << 1,  ///< ... and writable
  kPteDirty = 1 << 2,     ///< ... and dirty
  kNoVma = 1 << 3,        ///< munmap took the VMA away: no fault maps the page again
};
inline constexpr int kPteFlagBits = 4;
inline constexpr auto kAllPteFlags = static_cast<PteFlag>((1 << kPteFlagBits) - 1);
constexpr PteFlag operator|(PteFlag a, PteFlag b) {
  return static_cast<PteFlag>(static_cast<int>(a) | static_cast<int>(b));
}

struct Pte {
  std::uint16_t flags = 0;

  bool has(PteFlag mask) const { return (flags & mask) != 0; }
  bool operator==(const Pte&) const = default;
};

}  // namespace pincheck
