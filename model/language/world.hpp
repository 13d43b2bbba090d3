// SPDX-License-Identifier: MIT
// model/language: uses model/base; used by model/question.
// The whole state of a scenario: plain data of fixed size, copied and compared by the searches.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <type_traits>

#include "model/language/page.hpp"
#include "model/language/pte.hpp"

namespace pincheck {

inline constexpr std::uint8_t kNoPage = 15;

/// What one actor's reference to a page is for. The ledger is kept per request, slot and role.
enum class Role : std::uint8_t {
  array,    ///< what extraction took (page array, bio, folio batch, LRU isolation)
  own,      ///< the request's own (nfs_page, legacy dio's bio, skb fragment)
  cur,      ///< legacy direct-io's cur_page
  creator,  ///< what the creator of the iterator holds (pipe page allocation, registered buffer)
};
static_assert(static_cast<int>(Role::creator) + 1 == kRoles);

/// What the ledger says is held. Ghost state.
enum class Held : std::uint8_t { none = 0, get = 1, pin = 2 };

/// State bits of a request, shared by its submitter and its completion.
enum RequestFlag : std::uint16_t {
  kSubmitted = 1 << 0,    ///< handed to the device (bio, RPC, FUSE request)
  kDeviceDone = 1 << 1,   ///< the device touches its pages no more
  kCompleted = 1 << 2,    ///< completion was reported (ki_complete, waiter woken)
  kFailed = 1 << 3,       ///< ended before submission; nothing is or will be in flight
  kRefused = 1 << 4,      ///< extraction returned -EINVAL because of the iterator's kind
  kKilled = 1 << 5,       ///< the waiter took SIGKILL and left
  kReturned = 1 << 6,     ///< the submitting call returned: its iterator is dead stack memory
  kIoError = 1 << 7,      ///< the device reported an error
  kCancelled = 1 << 8,    ///< revoked: the device may not touch the pages any more
  kDest = 1 << 9,         ///< ITER_DEST: the device writes the pages (a read system call)
  kDeferred = 1 << 10,    ///< a clean page was seen: bio_dirty_fn takes over
  kScheduled = 1 << 13,   ///< NFS: the submitter dropped its count on the request (put_dreq)
  kUserBacked = 1 << 12,  ///< user_backed_iter(): dirtying its pages is the caller's business
  kSent = 1 << 11,        ///< FUSE: the daemon took the request (FR_PENDING is clear)
};
inline constexpr int kRequestFlagBits = 14;

/// One request: what an actor works on. 14 bytes with the usual limits.
struct Request {
  using SlotSet = SetOf<kMaxSlots>;
  std::array<std::uint8_t, kMaxSlots> slot{};  ///< page index per slot, kNoPage if none
  std::array<std::uint8_t, kMaxSlots> held{};  ///< ghost: two bits of Held per role
  std::uint8_t count = 0;                      ///< pages extracted
  SlotSet left_out = 0;      ///< slots that the caller dropped from its I/O (merged, surplus)
  SlotSet stale_slots = 0;   ///< ghost: their pages were freed
  SlotSet pinned_slots = 0;  ///< ghost: their pages were pinned for this I/O
  std::uint16_t flags = 0;

  bool has(std::uint16_t mask) const { return (flags & mask) != 0; }
  Held holds(int slot_index, Role role) const {
    return static_cast<Held>((held[slot_index] >> (2 * static_cast<int>(role))) & 3);
  }
  void set_held(int slot_index, Role role, Held what) {
    const int shift = 2 * static_cast<int>(role);
    held[slot_index] = static_cast<std::uint8_t>((held[slot_index] & ~(3 << shift)) |
                                                 (static_cast<int>(what) << shift));
  }
  bool in_io(int slot_index) const {
    return slot_index < count && slot[slot_index] != kNoPage && (left_out >> slot_index & 1) == 0;
  }
  bool stale(int slot_index) const { return (stale_slots >> slot_index & 1) != 0; }
  bool pinned_for_io(int slot_index) const { return (pinned_slots >> slot_index & 1) != 0; }
  bool operator==(const Request&) const = default;
};

/// `pipe_buf_operations` of a buffer; they differ in what release and steal do.
enum class BufferOps : std::uint8_t {
  anon,        ///< anon_pipe_buf_ops: write(2) into the pipe; may be kept as tmp_page
  page_cache,  ///< page_cache_pipe_buf_ops: splice from a file
  user,        ///< user_page_pipe_buf_ops: vmsplice
  plain,       ///< default_pipe_buf_ops: ITER_PIPE and copy_splice_read
};

/// One pipe buffer, in a byte: page and ops. Each holds one reference to its page. Whether it is a
/// gift (PIPE_BUF_FLAG_GIFT) only try_steal asks, which is not modelled.
struct PipeBuffer {
  std::uint8_t bits = 0;
  static PipeBuffer make(int page, BufferOps ops) {
    return {static_cast<std::uint8_t>(page | static_cast<int>(ops) << 4)};
  }
  int page() const { return bits & 15; }
  BufferOps ops() const { return static_cast<BufferOps>(bits >> 4 & 3); }
  bool operator==(const PipeBuffer&) const = default;
};

/// Ends of a pipe, as an actor has them open.
enum PipeEnd : std::uint8_t { kReadEnd = 1, kWriteEnd = 16 };

/// A pipe ring, kept compact: entry 0 is the oldest.
struct Pipe {
  std::array<PipeBuffer, kRingSlots> ring{};
  std::uint8_t count = 0;
  std::uint8_t tmp_page = kNoPage;  ///< page kept for the next write (anon_pipe_buf_release)
  std::uint8_t locked = 0;          ///< pipe->mutex
  std::uint8_t open = 0;            ///< actors that have an end open: readers, and writers * 16

  int readers() const { return open & 15; }
  int writers() const { return open >> 4; }
  bool operator==(const Pipe&) const = default;
};

/// Where a thread stands: step of its program, and the slot its page loops are at.
struct Thread {
  using Place = Number<kMaxProgramSteps>;
  Place pc = 0;
  Place slot = 0;  ///< as wide, so that there is no padding
  bool operator==(const Thread&) const = default;
};

/// Everything that changes; what kinds of part that is, is listed in model/machine/parts.hpp.
/// Threads 2a and 2a+1 are actor a's submitter and completion.
struct World {
  std::array<Page, kMaxPages> page{};
  std::array<std::array<Pte, kMaxPages>, kMaxMms> pte{};  ///< by address space and page
  std::array<Request, kMaxActors> request{};
  std::array<Thread, kMaxThreads> thread{};
  std::array<Pipe, kMaxPipes> pipe{};
  std::array<std::uint8_t, kMaxProcesses> tasks{};  ///< that have not left yet, by process

  /// By whatever address space.
  bool mapped(int index) const {
    return std::any_of(pte.begin(), pte.end(),
                       [&](const auto& mm) { return mm[index].has(kMapped); });
  }
  bool operator==(const World&) const = default;
};

static_assert(std::is_trivially_copyable_v<World>);
static_assert(kWidePages || sizeof(World) <= 160, "the searches live on copying worlds");

}  // namespace pincheck
