// SPDX-License-Identifier: MIT
// model/machine: uses model/question; used by model/compile, properties.
// What every test asks, said once, of a machine as model/language/effect.hpp has them for effects;
// and a machine to begin from.
#pragma once

#include <algorithm>

#include "model/language/step.hpp"

namespace pincheck {

/// A machine that knows no world, for which pages are all alike, and that does nothing: for those
/// who note a few primitives, and have a look at this when there is another one.
struct Worldless {
  struct SomePage {};

  static SomePage page() { return {}; }
  static SomePage peek(int) { return {}; }
  static int slot() { return 0; }
  static Held held(Role) { return Held::get; }
  static int buffers(int) { return 1; }
  static int nr_pages(SomePage) { return 1; }
  static bool has(SomePage, PageFlag) { return true; }
  static bool pte_has(SomePage, int, PteFlag) { return true; }
  template <class Is>
  static bool counts(SomePage, const Is&) {
    return true;
  }
  static bool unused(SomePage, const Counted&) { return true; }
  static bool requested(int) { return true; }
  template <class Is>
  static bool ring(int, const Is&) {
    return true;
  }

  static void set(SomePage, PageFlag) {}
  static void clear(SomePage, PageFlag) {}
  static void set_pte(SomePage, int, PteFlag) {}
  static void clear_pte(SomePage, int, PteFlag) {}
  static void free(SomePage) {}
  static Counted add(SomePage, Amount) { return {}; }
  static Counted sub(SomePage, Amount) { return {}; }
  static Counted set_count(SomePage, int) { return {}; }
  static void hold(Role, Held) {}
  static void note_pin() {}
  static void forget(SomePage) {}
  static void forget_elsewhere(SomePage) {}
  static void emit(SomePage, const Event&) {}
  static void emit(const Event&) {}
  static SomePage alloc() { return {}; }
  static void fill_slot(SomePage) {}
  static void leave_out() {}
  static void set_pages(int) {}
  static void empty_slots() {}
  static void go_to(int) {}
  static void lock(int, bool) {}
  static void close(int, int) {}
  static void push(int, SomePage, BufferOps) {}
  static SomePage pop(int, bool) { return {}; }
  static SomePage dup_head(int, int) { return {}; }
  static void keep_tmp(int, SomePage) {}
  static SomePage take_tmp(int) { return {}; }
  static void raise(int) {}
  static void leave(int) {}
};

// What some questions ask of a request's slots and of a pipe.

inline bool holds_page(const Request& r, int slot) { return r.slot[slot] != kNoPage; }
inline bool is_same_as_previous(const Request& r, int slot) {
  return slot > 0 && r.slot[slot] == r.slot[slot - 1];
}
inline bool is_listed_before(const Request& r, int slot) {
  const auto* const own = r.slot.begin() + slot;
  return *own != kNoPage && std::find(r.slot.begin(), own, *own) != own;
}
inline bool lists_more(const Request& r, int slot) {
  return slot + 1 < kMaxSlots && r.slot[slot + 1] != kNoPage;
}
inline bool may_keep_head(const Pipe& pipe, int) {
  return pipe.count > 0 && pipe.ring[0].ops() == BufferOps::anon && pipe.tmp_page == kNoPage;
}

/// The answer to the test's question, whatever it expects.
template <class M>
bool answer(const Test& test, M& m) {
  const int arg = test.arg;
  const int pipe = pipe_of(test);
  const auto page = [&](const auto& is) { return m.slots(holds_page) && is(m.page()); };
  const auto counter = [&](const auto& is) {
    return page([&](const auto& p) { return m.counts(p, is); });
  };
  const auto ring = [&](const auto& is) { return m.ring(pipe, is); };
  const auto head = [&](const auto& is) { return m.counts(m.head(pipe), is); };
  switch (test.ask) {
    case Ask::page_has:
      return page([&](const auto& p) { return m.has(p, static_cast<PageFlag>(arg)); });
    case Ask::pte_has:
      return page([&](const auto& p) { return m.pte_has(p, mm_of(test), pte_flags_of(test)); });
    case Ask::maybe_pinned: return page([&](const auto& p) { return m.maybe_pinned(p); });
    case Ask::ref_is:
      return page([&](const auto& p) {
        const int cached = m.has(p, kCached) ? m.nr_pages(p) : 0;
        return m.counts(p, [&](const Page& counts) { return counts.ref == arg + cached; });
      });
    case Ask::ref_positive: return counter([](const Page& p) { return p.ref > 0; });
    case Ask::ref_nonzero: return counter([](const Page& p) { return p.ref != 0; });
    case Ask::backing_is:
      return counter([&](const Page& p) { return p.backing == static_cast<Backing>(arg); });
    case Ask::large: return page([&](const auto& p) { return m.large(p); });
    case Ask::slot_empty: return m.slots([](auto& r, int slot) { return !holds_page(r, slot); });
    case Ask::in_io: return m.slots([](const Request& r, int slot) { return r.in_io(slot); });
    case Ask::same_as_previous: return m.slots(is_same_as_previous);
    case Ask::listed_before: return m.slots(is_listed_before);
    case Ask::first_slot: return m.slot() == 0;
    case Ask::more_slots: return m.slots([](auto& r, int slot) { return slot + 1 < r.count; });
    case Ask::more_listed: return m.slots(lists_more);
    case Ask::request_has: return m.requested(arg);
    case Ask::pipe_locked: return m.ends(pipe, [](const Pipe& p) { return p.locked != 0; });
    case Ask::pipe_has_room: return ring([](auto& p, int) { return p.count < kRingSlots; });
    case Ask::pipe_empty: return ring([](auto& p, int) { return p.count == 0; });
    case Ask::pipe_reaches: return ring([](auto& p, int slot) { return slot < p.count; });
    case Ask::pipe_reaches_next: return ring([](auto& p, int slot) { return slot + 1 < p.count; });
    case Ask::head_recyclable:
      return ring(may_keep_head) && head([](const Page& p) { return p.ref == 1; });
    case Ask::head_ref_positive:
      return ring(has_buffers) && head([](const Page& p) { return p.ref > 0; });
    case Ask::has_tmp_page: return ring([](auto& p, int) { return p.tmp_page != kNoPage; });
    case Ask::pipe_has_readers: return m.ends(pipe, [](const Pipe& p) { return p.readers() > 0; });
    case Ask::pipe_last:
      return m.ends(pipe, [&](const Pipe& p) { return p.open == ends_of(test); });
    case Ask::page_available: return m.available();
    case Ask::process_left: return m.all_left(arg);
  }
  return false;
}

}  // namespace pincheck
