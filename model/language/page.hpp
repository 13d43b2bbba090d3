// SPDX-License-Identifier: MIT
// model/language: uses model/base; used by model/question.
// A page (one folio) and the kernel's arithmetic on its counters.
#pragma once

#include <cstdint>

#include "model/language/limits.hpp"

namespace pincheck {

/// Where a page comes from. Decides who holds it at the start and which rules its counts follow.
enum class Backing : std::conditional_t<kWidePages, std::uint16_t, std::uint8_t> {
  anon,    ///< private anonymous memory, mapped by one process
  file,    ///< page cache of a regular file, possibly mapped MAP_SHARED
  pipe,    ///< allocated by a path and owned by whoever got it (pipe buffers, bounce pages)
  kernel,  ///< slab memory: its `_refcount` is not the object's lifetime (kernel-owned)
  zero,    ///< the 4 KiB zero page: its PTEs are special and hold no reference
};

/// State bits of a page. The last group is ghost state that the modelled kernel never reads.
enum PageFlag : std::uint16_t {
  kLocked = 1 << 0,     ///< PG_locked
  kDirty = 1 << 1,      ///< PG_dirty
  kWriteback = 1 << 2,  ///< PG_writeback
  kPrivate = 1 << 3,    ///< buffers attached (PG_private); holds one reference
  kCached = 1 << 4,     ///< in the page cache (holds one reference per subpage), or, for
                        ///< kernel pages, the slab still owns the object's page
  kIsolated = 1 << 5,   ///< taken off the LRU by reclaim (PG_lru clear)
  kFree = 1 << 6,       ///< belongs to the page allocator
  kBuffersFs = 1 << 7,  ///< its file system needs buffers on a dirty page (ext4, kernel 4.4)
  kStable = 1 << 8,     ///< its mapping has stable writes (`mapping_stable_writes`)
  kUnsaved = 1 << 9,    ///< ghost: a device wrote it after the last writeback read it
  kLookedAt = 1 << 10,  ///< ghost: reclaim has tested it for pins and still holds its lock
};
inline constexpr int kPageFlagBits = 11;
inline constexpr auto kAllPageFlags = static_cast<PageFlag>((1 << kPageFlagBits) - 1);
constexpr PageFlag operator|(PageFlag a, PageFlag b) {
  return static_cast<PageFlag>(static_cast<int>(a) | static_cast<int>(b));
}

/// The counters and bits of one page: 8 bytes with the usual limits, copied by the searches.
struct Page {
  using Pins = std::conditional_t<kWidePages, std::int32_t, std::int8_t>;
  std::int32_t ref = 0;  ///< `_refcount` of the head page, wrapped to Arithmetic::width bits
  Pins pins = 0;         ///< `_pincount` of a large folio, at most kMostPins
  Backing backing = Backing::anon;
  std::uint16_t flags = 0;

  bool has(PageFlag mask) const { return (flags & mask) != 0; }
  bool operator==(const Page&) const = default;
};

/// Parameters of the counting. Defaults are Linux's.
struct Arithmetic {
  int bias = 1024;                  ///< GUP_PIN_COUNTING_BIAS; at least 16, see `Scenario`
  int width = 32;                   ///< bits of `_refcount`, 8 to 32; small ones reach overflow
  bool zero_pins_are_noops = true;  ///< pin and unpin skip the zero page (c8070b787519, 6.5)
  bool page_pins_skip_zero = true;  ///< so does a pin made from a struct page (folio_add_pin)
};

/// Wraps `value` to a signed counter of `width` bits, as the atomic add does.
constexpr std::int32_t wrap(std::int64_t value, int width) {
  const std::uint64_t mask = width >= 64 ? ~0ULL : (1ULL << width) - 1;
  const std::uint64_t low = static_cast<std::uint64_t>(value) & mask;
  const std::uint64_t sign = 1ULL << (width - 1);
  return static_cast<std::int32_t>(static_cast<std::int64_t>(low ^ sign) -
                                   static_cast<std::int64_t>(sign));
}

/// `folio_maybe_dma_pinned`: exact for a large folio, `(unsigned)ref >= bias` for a small one.
constexpr bool maybe_dma_pinned(const Page& page, bool large, const Arithmetic& arith) {
  if (large) return page.pins > 0;
  const auto width_mask = arith.width >= 32 ? ~0U : (1U << arith.width) - 1;
  return (static_cast<std::uint32_t>(page.ref) & width_mask) >=
         static_cast<std::uint32_t>(arith.bias);
}

/// How much one pin adds to `_refcount`: `bias` on a small folio, 1 on a large one.
constexpr int pin_weight(bool large, const Arithmetic& arith) { return large ? 1 : arith.bias; }

}  // namespace pincheck
