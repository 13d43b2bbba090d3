// SPDX-License-Identifier: MIT
// What a step reads and writes, derived from its instructions and from what is read of it when it
// tells events. Two steps that do not conflict may be taken in either order; partial-order
// reduction lives on that.
#pragma once

#include <cstdint>

#include "model/language/reads.hpp"
#include "model/machine/machine.hpp"

namespace pincheck {

/// A set of pages, bit i for page i.
using PageSet = std::uint8_t;
inline constexpr PageSet kAllPages = (1 << kMaxPages) - 1;

/// Parts of the world, in 128 bits: 22 per page with its PTEs, 2 per pipe, 1 per process, and 9 for
/// the actor whose step it is.
struct Resources {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  Resources& operator|=(const Resources& other) {
    low |= other.low;
    high |= other.high;
    return *this;
  }
  Resources operator|(const Resources& other) const { return Resources(*this) |= other; }
  bool meets(const Resources& other) const {
    return ((low & other.low) | (high & other.high)) != 0;
  }
  bool operator==(const Resources&) const = default;

  /// The page's counters and who is in the ledger for it.
  static Resources counts(PageSet pages);
  /// Its state bits.
  static Resources flags(PageSet pages, int mask);
  /// Bits of an address space's PTE of it, or of all PTEs of it.
  static Resources pte(PageSet pages, int mm, int mask);
  static Resources ptes(PageSet pages, int mask);
  /// Whether a device may be touching it, as device_may_write() asks.
  static Resources in_flight(PageSet pages);
  /// Which slots point at it although it belongs to somebody else by now.
  static Resources stale(PageSet pages);
  static Resources whole(PageSet pages);
  /// What freeing it changes: counters, state bits, PTEs and who points at it.
  static Resources freed(PageSet pages);
  /// Its lock, and who has it open.
  static Resources pipe_lock(int pipe);
  static Resources pipe_ring(int pipe);
  /// The tasks that have not left it yet.
  static Resources process(int process);
  /// The slots of the actor's own request, its ledger entries and ghost bits.
  static Resources slots();
  /// State bits of the actor's own request.
  static Resources request(int mask);
  static Resources everything() { return {~std::uint64_t{0}, ~std::uint64_t{0}}; }
};

struct Footprint {
  Resources reads;
  Resources writes;
  /// Its monitors look at every request, or it marks slots in every request.
  bool everybody = false;
  /// It picks a page by its number, as the allocator takes the first free one.
  bool by_number = false;

  Footprint& operator|=(const Footprint& other);
  /// Of threads of one actor; between actors, shared() parts are to be compared.
  bool conflicts(const Footprint& other) const {
    return writes.meets(other.reads) || writes.meets(other.writes) || reads.meets(other.writes);
  }
  /// Pages whose counters, state bits or PTEs it is about.
  PageSet pages() const;
  /// Pipes it is about, bit i for pipe i.
  std::uint8_t pipes() const;
  /// Processes it is about, likewise.
  std::uint8_t processes() const;
  /// Without what only the actor's own two threads see.
  Footprint shared() const;
};

/// Which pages a step may be about.
struct Reach {
  PageSet slot = 0;    ///< the page in the thread's current slot
  PageSet listed = 0;  ///< those in any of its slots
  PageSet rings = 0;   ///< those in a pipe
};

/// The pages that `thread` reaches in `world`.
Reach reach(const System&, const World&, int thread);

/// What the step at `pc` of `thread` can read and write, whichever outcome is enabled, and what is
/// read of it by those who watch, but for the freeing of a page by a last put (see `now`).
Footprint footprint(const System&, const Watched&, int thread, int pc, const Reach&);

/// The same over all steps that can follow from `pc` on, that one included; any of them may free.
/// Steps that take pages from elsewhere make every page reachable.
Footprint future(const System&, const Watched&, int thread, int pc, PageSet listed);

/// The footprint of the thread's step in this very world: outcomes that are not enabled only read
/// what their tests ask. A page that is freed is written as a whole.
Footprint now(const System&, const Watched&, const World&, int thread);

}  // namespace pincheck
