// SPDX-License-Identifier: MIT
// checker/bench: uses checker/judge, checker/trace.
// The benchmark system "pageref": pages, direct-I/O readers, splices, writeback and reclaim as a
// small transition system with known sizes. corpus/bench has the same system for SPIN and Rumur.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "checker/explore/key.hpp"

namespace pincheck::bench {

/// Which pageref system. At most 4 pages; every actor runs its program once.
struct PagerefConfig {
  int pages = 2;
  int readers = 1;
  int splices = 1;
  int writebacks = 1;
  int reclaimers = 1;
  int convention = 0;        ///< 0: splices pin; 1: they get, but unpin; 2: and that goes unnoticed
  bool merge_local = false;  ///< SUBMIT and COMPLETE, which touch nothing shared, are no steps
};

/// The errors a step can show, as the bits expand() and at_end() report.
enum class PagerefError : std::uint8_t {
  use_after_free = 1,      ///< E1
  refcount_underflow,      ///< E2
  pincount_underflow,      ///< E3, not noticed under convention 2
  writeback_while_pinned,  ///< E4
  freed_while_used,        ///< E5
  leftovers,               ///< E6: counts or flags that do not fit when everybody has finished
};

/// E_i is bit i - 1.
constexpr std::uint32_t bit_of(PagerefError error) { return 1U << (static_cast<int>(error) - 1); }

/// The transition system as a space to search.
///
/// A packed state is, from its most significant bit: the pages (pincount, refcount, flags), the
/// pipe ring, the actors. An actor is the number of its local state (program counter and pages it
/// has), counted from 1, so no key is 0. 2-2-1-1-1 takes 48 bits, 3-2-1-1-1 all 64.
///
/// A step with an error is taken like any other, and its successor is a state like any other: a
/// count that would fall below 0 stays 0. Whether to go on from there is the search's decision;
/// under convention 0 there are no errors.
class PagerefSpace {
 public:
  /// Throws std::invalid_argument where the packing does not hold the system.
  explicit PagerefSpace(const PagerefConfig&);

  /// Width of a packed state, at most 128.
  int key_bits() const { return rest_bits_ + pages_ * page_bits_; }
  explore::Key initial() const;
  /// Calls sink(Key successor, std::uint32_t errors, std::uint32_t label) for every transition.
  /// A label is the actor's number | its program counter before << 8 | the chosen page << 16;
  /// pages count from 1, and 0 is no choice. Actors are numbered by kind: readers come first.
  template <class Sink>
  void expand(explore::Key key, Sink&& sink) const;
  /// The leftovers of a state in which everybody has finished; rounds of writeback and reclaim may
  /// not have begun.
  std::uint32_t at_end(explore::Key) const;
  /// The least packed state over all renamings of pages and of actors of the same kind.
  explore::Key canonical(explore::Key) const;

 private:
  static constexpr int kMaxPages = 4;
  static constexpr int kMaxActors = 8;  ///< of a kind
  static constexpr int kKinds = 4;
  static constexpr int kMaxCodes = 128;
  static constexpr int kPermutations = 24;

  enum Kind : std::uint8_t { kReaders, kSplices, kWritebacks, kReclaimers };
  enum ReaderPc : std::uint8_t {
    kAcquire0,
    kAcquire1,
    kReaderSubmit,
    kDma0,
    kDma1,
    kReaderComplete,
    kRelease0,
    kRelease1,
    kReaderDone,
  };
  enum SplicePc : std::uint8_t {
    kIn,
    kClaim,
    kAcquire,
    kSpliceSubmit,
    kDma,
    kSpliceComplete,
    kRelease,
    kReleaseSlot,
    kSpliceDone,
  };
  enum WritebackPc : std::uint8_t { kPick, kClear, kStart, kEnd, kPut, kWritebackDone };
  enum ReclaimerPc : std::uint8_t {
    kIsolate,
    kUnmap,
    kFreeze,
    kRemove,
    kFreePage,
    kPutBack,
    kReclaimerDone,
  };

  /// A page's flags; the refcount and then the pincount lie above them.
  enum Flag : std::uint64_t {
    kPageDirty = 1,
    kPageUnderWriteback = 2,
    kPageMapped = 4,
    kPageCached = 8,
    kPageFreed = 16,
    kPageIsolated = 32,
  };
  static constexpr int kFlagBits = 6;
  static constexpr std::uint64_t kOneReference = 1U << kFlagBits;

  /// What an actor knows. Pages are numbered from 1, 0 is none.
  struct Local {
    std::uint8_t pc = 0;
    std::uint8_t a = 0;
    std::uint8_t b = 0;
    std::uint8_t pinned = 0;  ///< bit per page that this actor counts as pinned
    bool resting = false;     ///< done, or a round of writeback or reclaim that has not begun
  };

  /// The actors of a kind: their program's local states, and where their codes are packed.
  struct Group {
    int count = 0;
    int first_actor = 0;
    int shift = 0;  ///< of the first actor, which is the least significant
    int bits = 0;
    std::uint64_t mask = 0;
    int codes = 1;  ///< local states, and 1 for the code 0, which is none
    std::array<Local, kMaxCodes> local{};
    std::array<std::uint8_t, 576> code{};  ///< by at()
    std::array<std::array<std::uint8_t, kMaxCodes>, kPermutations> renamed{};

    static constexpr int at(int pc, int a, int b) { return pc * 64 + a * 8 + b; }
  };

  /// The two halves of a key, and what went wrong while changing them.
  struct State {
    std::uint64_t pages = 0;
    std::uint64_t rest = 0;
    std::uint32_t errors = 0;
    void report(PagerefError error) { errors |= bit_of(error); }
  };

  template <class Sink>
  struct Turn;  ///< see pageref_turn.hpp

  State unpack(explore::Key key) const {
    return {explore::low_word(key >> rest_bits_), explore::low_word(key) & rest_mask_};
  }
  explore::Key pack(std::uint64_t pages, std::uint64_t rest) const {
    return explore::Key{pages} << rest_bits_ | rest;
  }

  std::uint64_t page(const State& state, int p) const { return state.pages >> page_shift_[p]; }
  void set(State& state, int p, Flag flag) const {
    state.pages |= std::uint64_t{flag} << page_shift_[p];
  }
  void reset(State& state, int p, Flag flag) const {
    state.pages &= ~(std::uint64_t{flag} << page_shift_[p]);
  }
  bool is_pinned(const State& state, int p) const { return (page(state, p) & pin_mask_) != 0; }
  void get(State& state, int p) const;
  void put(State& state, int p) const;
  void pin(State& state, int p) const;
  void unpin(State& state, int p) const;
  void drop(State& state, int p) const;
  void push(State& state, int p) const;
  int pop(State& state) const;
  bool has_holder(const State& state, int p) const;

  void lay_out(const PagerefConfig&);
  void lay_out_pages(int most_references, int most_pins);
  void check_limits(const PagerefConfig&) const;
  void add_reader_states(bool merge_local);
  void add_splice_states(const PagerefConfig&);
  void add_round_states(Kind kind, int done);
  static void add_state(Group& group, Local local);
  void add_permutations();
  void add_permutation(const std::array<std::uint8_t, kMaxPages>& order, int number);
  void add_stabilisers(const std::array<std::uint8_t, kMaxPages>& order, int number);
  template <std::size_t kPages>
  explore::Key canonical_of(std::uint64_t pages, std::uint64_t rest) const;
  std::uint64_t renamed(std::uint64_t rest, int permutation) const;
  std::uint64_t renamed_ring(std::uint64_t rest, int permutation) const;
  static std::uint64_t renamed_group(const Group& group, std::uint64_t rest, int permutation);

  int pages_ = 0;
  int convention_ = 0;
  int page_bits_ = 0;
  int id_bits_ = 0;  ///< of a page's number in the ring, where 0 is an empty entry
  int ring_shift_ = 0;
  int rest_bits_ = 0;  ///< of the ring and the actors
  std::uint64_t rest_mask_ = 0;
  std::uint64_t page_mask_ = 0;
  std::uint64_t id_mask_ = 0;
  std::uint64_t reference_mask_ = 0;
  std::uint64_t pin_mask_ = 0;
  std::uint64_t one_pin_ = 0;
  std::array<int, kMaxPages + 1> page_shift_{};
  std::array<Group, kKinds> groups_{};
  /// The permutation by the old numbers of the pages in their new order, 2 bits each, from 0.
  std::array<std::uint8_t, 256> permutation_of_{};
  std::array<std::array<std::uint8_t, kMaxPages + 1>, kPermutations> new_id_{};
  /// By the set of i for which page i equals its successor: the permutations among equal pages.
  std::array<std::vector<std::uint8_t>, 1U << (kMaxPages - 1)> stabilisers_;
};

inline void PagerefSpace::get(State& state, int p) const {
  const std::uint64_t old = page(state, p);
  if ((old & kPageFreed) != 0 || (old & reference_mask_) == 0)
    state.report(PagerefError::use_after_free);
  state.pages += kOneReference << page_shift_[p];
}

inline void PagerefSpace::drop(State& state, int p) const {
  if ((page(state, p) & reference_mask_) != 0) state.pages -= kOneReference << page_shift_[p];
}

inline void PagerefSpace::put(State& state, int p) const {
  if ((page(state, p) & reference_mask_) == 0) state.report(PagerefError::refcount_underflow);
  drop(state, p);
  if ((page(state, p) & reference_mask_) == 0) set(state, p, kPageFreed);
}

inline void PagerefSpace::pin(State& state, int p) const {
  get(state, p);
  state.pages += one_pin_ << page_shift_[p];
}

inline void PagerefSpace::unpin(State& state, int p) const {
  if (is_pinned(state, p))
    state.pages -= one_pin_ << page_shift_[p];
  else if (convention_ != 2)
    state.report(PagerefError::pincount_underflow);
  put(state, p);
}

inline void PagerefSpace::push(State& state, int p) const {
  int end = ring_shift_;
  while ((state.rest >> end & id_mask_) != 0) end += id_bits_;
  state.rest |= static_cast<std::uint64_t>(p) << end;
}

/// There is an entry: every splice puts one in before it takes one.
inline int PagerefSpace::pop(State& state) const {
  const std::uint64_t ring = state.rest >> ring_shift_;
  state.rest ^= (ring ^ ring >> id_bits_) << ring_shift_;
  return static_cast<int>(ring & id_mask_);
}

inline bool PagerefSpace::has_holder(const State& state, int p) const {
  for (const Kind kind : {kReaders, kSplices}) {
    const Group& group = groups_[kind];
    std::uint64_t codes = state.rest >> group.shift;
    for (int i = 0; i < group.count; ++i, codes >>= group.bits)
      if ((group.local[codes & group.mask].pinned >> p & 1) != 0) return true;
  }
  return false;
}

}  // namespace pincheck::bench
