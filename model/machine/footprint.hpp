// SPDX-License-Identifier: MIT
// model/machine: uses model/question; used by model/compile, properties.
// What a step reads and writes, derived from its instructions and from what is read of it when it
// tells events. Two steps that do not conflict may be taken in either order; partial-order
// reduction lives on that.
#pragma once

#include <cstdint>

#include "model/language/reads.hpp"
#include "model/machine/parts.hpp"

namespace pincheck {

/// Pieces of the world, a bit each: those of every part (see Parts), and behind them kOwn for the
/// actor whose step it is. With the usual limits 128 bits are enough.
struct Resources {
  static constexpr int kOwn = 9;
  static constexpr int kBits = Parts::kResources + kOwn;
  static constexpr int kWords = (kBits + 63) / 64;
  std::array<std::uint64_t, kWords> word{};

  Resources& operator|=(const Resources& other) {
    for (int i = 0; i < kWords; ++i) word[i] |= other.word[i];
    return *this;
  }
  Resources operator|(const Resources& other) const { return Resources(*this) |= other; }
  bool meets(const Resources& other) const {
    std::uint64_t both = 0;
    for (int i = 0; i < kWords; ++i) both |= word[i] & other.word[i];
    return both != 0;
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
  static Resources everything();
  /// A part's state, as far as it is the part's own: a page's counters, state bits and PTEs.
  static Resources state_of(std::type_identity<ActorPart>, int) { return {}; }
  static Resources state_of(std::type_identity<PagePart>, int page);
  static Resources state_of(std::type_identity<PipePart>, int pipe);
  static Resources state_of(std::type_identity<ProcessPart>, int index);
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
  /// Whether it is about the state of that part, which is not an actor's.
  template <class Part>
  bool touches(std::type_identity<Part> kind, int index) const {
    return (reads | writes).meets(Resources::state_of(kind, index));
  }
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
