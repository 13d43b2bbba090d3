// SPDX-License-Identifier: MIT
// checker/bench: uses checker/judge, checker/trace.
// The programs of pageref's actors, step by step. For who calls PagerefSpace::expand().
#pragma once

#include "checker/bench/pageref.hpp"

namespace pincheck::bench {

/// One actor's transitions out of a state.
template <class Sink>
struct PagerefSpace::Turn {
  const PagerefSpace& space;
  const Group& group;
  Sink& sink;
  State from;
  int shift;
  std::uint64_t code;
  Local local;
  std::uint32_t label;

  /// The transition to `to`'s pages and ring, and this actor's next local state.
  void go(const State& to, int pc, int a = 0, int b = 0) const { choose(0, to, pc, a, b); }
  void choose(int p, const State& to, int pc, int a, int b = 0) const {
    const std::uint64_t next = group.code[Group::at(pc, a, b)];
    const std::uint64_t rest = to.rest + ((next - code) << shift);
    sink(space.pack(to.pages, rest), to.errors, label | static_cast<std::uint32_t>(p) << 16);
  }
  /// Whether page p is referenced and of its flags `which` exactly `set` are set.
  bool can_get(int p, std::uint64_t which, std::uint64_t set) const {
    const std::uint64_t page = space.page(from, p);
    return (page & space.reference_mask_) != 0 && (page & which) == set;
  }

  void reader() const;
  void acquire() const;
  void splice() const;
  void splice_in() const;
  void writeback() const;
  void pick() const;
  void start() const;
  void reclaimer() const;
  void isolate() const;
  void unmap() const;
};

template <class Sink>
void PagerefSpace::Turn<Sink>::reader() const {
  State to = from;
  const auto [pc, a, b, pinned, resting] = local;
  switch (pc) {
    case kAcquire0:
    case kAcquire1: return acquire();
    case kReaderSubmit: return go(to, kDma0, a, b);
    case kDma0:
      if ((space.page(to, a) & kPageFreed) != 0) to.report(PagerefError::use_after_free);
      space.set(to, a, kPageDirty);
      return go(to, kDma1, a, b);
    case kDma1:
      if (b == 0) return go(to, kReaderComplete, a, b);
      if ((space.page(to, b) & kPageFreed) != 0) to.report(PagerefError::use_after_free);
      space.set(to, b, kPageDirty);
      return go(to, kReaderComplete, a, b);
    case kReaderComplete: return go(to, kRelease0, a, b);
    case kRelease0: space.unpin(to, a); return go(to, kRelease1, 0, b);
    case kRelease1:
      if (b != 0) space.unpin(to, b);
      return go(to, kReaderDone);
    default: return;
  }
}

template <class Sink>
void PagerefSpace::Turn<Sink>::acquire() const {
  const bool is_first = local.pc == kAcquire0;
  bool found = false;
  for (int p = 1; p <= space.pages_; ++p) {
    if (p == local.a || !can_get(p, kPageMapped, kPageMapped)) continue;
    found = true;
    State to = from;
    space.pin(to, p);
    if (is_first)
      choose(p, to, kAcquire1, p);
    else
      choose(p, to, kReaderSubmit, local.a, p);
  }
  if (!found) go(from, is_first ? kReaderDone : kReaderSubmit, local.a);
}

template <class Sink>
void PagerefSpace::Turn<Sink>::splice() const {
  State to = from;
  const int q = local.a;
  switch (local.pc) {
    case kIn: return splice_in();
    case kClaim: {
      const int claimed = space.pop(to);
      return go(to, kAcquire, claimed);
    }
    case kAcquire:
      if (space.convention_ == 0)
        space.pin(to, q);
      else
        space.get(to, q);
      return go(to, kSpliceSubmit, q);
    case kSpliceSubmit: return go(to, kDma, q);
    case kDma:
      if ((space.page(to, q) & kPageFreed) != 0) to.report(PagerefError::use_after_free);
      return go(to, kSpliceComplete, q);
    case kSpliceComplete: return go(to, kRelease, q);
    case kRelease: space.unpin(to, q); return go(to, kReleaseSlot, q);
    case kReleaseSlot: space.put(to, q); return go(to, kSpliceDone);
    default: return;
  }
}

template <class Sink>
void PagerefSpace::Turn<Sink>::splice_in() const {
  bool found = false;
  for (int p = 1; p <= space.pages_; ++p) {
    if (!can_get(p, kPageCached, kPageCached)) continue;
    found = true;
    State to = from;
    space.get(to, p);
    space.push(to, p);
    choose(p, to, kClaim, 0);
  }
  if (!found) go(from, kSpliceDone);
}

template <class Sink>
void PagerefSpace::Turn<Sink>::writeback() const {
  State to = from;
  const int q = local.a;
  switch (local.pc) {
    case kPick: return pick();
    case kClear:
      if ((space.page(to, q) & (kPageDirty | kPageUnderWriteback | space.pin_mask_)) != kPageDirty)
        return go(to, kPut, q);
      space.reset(to, q, kPageDirty);
      return go(to, kStart, q);
    case kStart: return start();
    case kEnd: space.reset(to, q, kPageUnderWriteback); return go(to, kPut, q);
    case kPut: space.put(to, q); return go(to, kWritebackDone);
    default: return;
  }
}

template <class Sink>
void PagerefSpace::Turn<Sink>::pick() const {
  for (int p = 1; p <= space.pages_; ++p) {
    if (!can_get(p, kPageDirty | kPageUnderWriteback, kPageDirty)) continue;
    State to = from;
    space.get(to, p);
    choose(p, to, kClear, p);
  }
}

template <class Sink>
void PagerefSpace::Turn<Sink>::start() const {
  State to = from;
  const int q = local.a;
  if ((space.page(to, q) & (kPageUnderWriteback | space.pin_mask_)) != 0) {
    space.set(to, q, kPageDirty);
    return go(to, kPut, q);
  }
  if (space.has_holder(to, q)) to.report(PagerefError::writeback_while_pinned);
  space.set(to, q, kPageUnderWriteback);
  go(to, kEnd, q);
}

template <class Sink>
void PagerefSpace::Turn<Sink>::reclaimer() const {
  State to = from;
  const int q = local.a;
  const std::uint64_t in_use = kPageDirty | kPageUnderWriteback | space.pin_mask_;
  switch (local.pc) {
    case kIsolate: return isolate();
    case kUnmap: return unmap();
    case kFreeze:
      if ((space.page(to, q) & (in_use | space.reference_mask_)) != 2 * kOneReference)
        return go(to, kPutBack, q);
      to.pages -= 2 * kOneReference << space.page_shift_[q];
      return go(to, kRemove, q);
    case kRemove: space.reset(to, q, kPageCached); return go(to, kFreePage, q);
    case kFreePage:
      if ((space.page(to, q) & space.reference_mask_) != 0 || space.has_holder(to, q))
        to.report(PagerefError::freed_while_used);
      space.set(to, q, kPageFreed);
      space.reset(to, q, kPageIsolated);
      return go(to, kReclaimerDone);
    case kPutBack:
      space.reset(to, q, kPageIsolated);
      space.put(to, q);
      return go(to, kReclaimerDone);
    default: return;
  }
}

template <class Sink>
void PagerefSpace::Turn<Sink>::isolate() const {
  for (int p = 1; p <= space.pages_; ++p) {
    if (!can_get(p, kPageCached | kPageIsolated | kPageDirty | kPageUnderWriteback, kPageCached))
      continue;
    State to = from;
    space.get(to, p);
    space.set(to, p, kPageIsolated);
    choose(p, to, kUnmap, p);
  }
}

template <class Sink>
void PagerefSpace::Turn<Sink>::unmap() const {
  State to = from;
  const int q = local.a;
  const std::uint64_t page = space.page(to, q);
  if ((page & (kPageDirty | kPageUnderWriteback | space.pin_mask_)) != 0)
    return go(to, kPutBack, q);
  if ((page & kPageMapped) != 0) {
    space.reset(to, q, kPageMapped);
    space.drop(to, q);
  }
  go(to, kFreeze, q);
}

template <class Sink>
void PagerefSpace::expand(explore::Key key, Sink&& sink) const {
  const State from = unpack(key);
  for (std::size_t kind = 0; kind < kKinds; ++kind) {
    const Group& group = groups_[kind];
    int shift = group.shift;
    for (int i = 0; i < group.count; ++i, shift += group.bits) {
      const std::uint64_t code = from.rest >> shift & group.mask;
      const Local local = group.local[code];
      const auto label = static_cast<std::uint32_t>(group.first_actor + i) | local.pc << 8U;
      const Turn<Sink> turn{*this, group, sink, from, shift, code, local, label};
      switch (kind) {
        case kReaders: turn.reader(); break;
        case kSplices: turn.splice(); break;
        case kWritebacks: turn.writeback(); break;
        default: turn.reclaimer();
      }
    }
  }
}

}  // namespace pincheck::bench
