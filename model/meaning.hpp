// SPDX-License-Identifier: MIT
// What every effect does and every test asks, said once, in terms of a machine's primitives. The
// interpreter's machine carries them out (machine.cpp). Others only note them: what is read and
// written (footprint.cpp), what can change back (loops.cpp), what somebody notices
// (checker/activity.cpp). A new instruction is described here, and a second time by the oracles:
// the export and the tests' naive interpreter.
//
// A machine names pages as it likes. Its questions take a predicate on what they are about. One
// that knows no world answers true, and then whatever can happen is carried out: so questions are
// asked for what must hold, joined by && alone, and nothing is done where they do not.
#pragma once

#include <algorithm>

#include "model/event.hpp"
#include "model/step.hpp"

namespace pincheck {

/// How much is counted.
enum class Amount : std::uint8_t {
  one,
  subpages,     ///< one for each: what the page cache holds
  pin,          ///< what a pin takes, and an unpin gives back
  page_pin,     ///< what a pin made from a bare struct page takes
  rest_of_pin,  ///< what makes a get a pin
};

/// A page's counter before and after a change by `amount`.
struct Counted {
  std::int32_t before = 0;
  std::int32_t after = 0;
  int amount = 0;
};

/// A machine that knows no world, for which pages are all alike, and that does nothing: for those
/// who note a few primitives, and have a look at this when there is another one.
struct Worldless {
  struct SomePage {};

  static SomePage page() { return {}; }
  static SomePage peek(int) { return {}; }
  static int slot() { return 0; }
  static Held held(Role) { return Held::none; }
  static int nr_pages(SomePage) { return 1; }
  static bool has(SomePage, int) { return true; }
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

  static void set(SomePage, int) {}
  static void clear(SomePage, int) {}
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

inline bool has_buffers(const Pipe& pipe, int) { return pipe.count > 0; }

/// Effects that are more than one primitive.
template <class M>
class Meaning {
 public:
  explicit Meaning(M& machine) : m(machine) {}

  void acquire(Role role, Held as, Amount amount, bool from_page) {
    const auto page = m.page();
    const Counted count = m.add(page, amount);
    m.hold(role, as);
    if (as == Held::pin && role != Role::creator) m.note_pin();
    m.emit(page, {.kind = EventKind::acquired,
                  .role = role,
                  .as = as,
                  .from_page = from_page,
                  .before = count.before,
                  .after = count.after});
  }
  void release(Role role, Held as) {
    const auto page = m.page();
    const Held held = m.held(role);
    m.hold(role, Held::none);
    drop(page, as == Held::pin ? Amount::pin : Amount::one,
         {.kind = EventKind::released, .role = role, .held = held, .as = as});
  }
  void move(Role from, Role to) {
    m.hold(to, m.held(from));
    m.hold(from, Held::none);
  }

  void map() {
    const auto page = m.page();
    if (m.counts(page, is_counted_by_ptes)) m.add(page, Amount::one);
    m.set(page, kMapped);
  }
  void unmap() {
    const auto page = m.page();
    if (m.has(page, kPteDirty) && m.counts(page, is_of_file)) m.set(page, kDirty);
    m.clear(page, kMapped | kPteWritable | kPteDirty);
    if (m.counts(page, is_counted_by_ptes)) drop_structural(page, Amount::one);
  }
  void attach_private() {
    m.set(m.page(), kPrivate);
    m.add(m.page(), Amount::one);
  }
  void lose(int flags, Amount amount) {
    m.clear(m.page(), flags);
    drop_structural(m.page(), amount);
  }
  void freeze() {
    const auto page = m.page();
    const Counted count = m.set_count(page, 0);
    m.emit(page, {.kind = EventKind::frozen, .before = count.before});
  }
  void unfreeze(int count) {
    const auto page = m.page();
    m.set_count(page, count + (m.has(page, kCached) ? m.nr_pages(page) : 0));
  }
  void free_frozen() {
    m.clear(m.page(), kCached);
    m.hold(Role::array, Held::none);
    free(m.page());
  }
  void free_object() {
    m.clear(m.page(), kCached);
    m.forget(m.page());
    drop_structural(m.page(), Amount::one);
  }

  void touch(EventKind kind) { m.emit(m.page(), {.kind = kind}); }
  /// What goes to a page of the page cache for a user's request is to be saved; nothing but the
  /// request knows.
  void write(EventKind kind) {
    const auto page = m.page();
    touch(kind);
    if (m.counts(page, is_of_file) && m.has(page, kCached) && m.requested(kUserBacked))
      m.set(page, kUnsaved);
  }
  void start_writeback() {
    m.set(m.page(), kWriteback);
    touch(EventKind::writeback_started);
  }
  void dirty() {
    touch(EventKind::dirtied);
    m.set(m.page(), kDirty);
  }

  void alloc(Role role) {
    m.fill_slot(m.alloc());
    m.hold(role, Held::get);
  }
  void push(int pipe, BufferOps ops, Role role) {
    m.push(pipe, m.page(), ops);
    m.hold(role, Held::none);
  }
  void drop_buffer(int pipe, bool oldest) {
    if (m.ring(pipe, has_buffers)) drop_structural(m.pop(pipe, oldest), Amount::one);
  }
  void take_tmp(int pipe, Role role) {
    const auto page = m.take_tmp(pipe);
    m.fill_slot(page);
    m.hold(role, Held::get);
    m.forget_elsewhere(page);
  }
  void dup_head(int pipe, int other) {
    const auto page = m.dup_head(pipe, other);
    const Counted count = m.add(page, Amount::one);
    m.emit(page, {.kind = EventKind::acquired,
                  .as = Held::get,
                  .from_page = true,
                  .structural = true,
                  .before = count.before,
                  .after = count.after});
  }

  void cut() {
    m.set_pages(m.slot());
    m.empty_slots();
  }
  void refuse() {
    m.raise(kRefused | kFailed);
    m.emit({.kind = EventKind::refused});
  }
  template <class P>
  void free(const P& page) {
    m.emit(page, {.kind = EventKind::freed});
    m.free(page);
    m.forget(page);
  }
  template <class P>
  void drop_structural(const P& page, Amount amount) {
    drop(page, amount,
         {.kind = EventKind::released, .held = Held::get, .as = Held::get, .structural = true});
  }

 private:
  M& m;

  static bool is_of_file(const Page& page) { return page.backing == Backing::file; }
  /// The zero page's are special.
  static bool is_counted_by_ptes(const Page& page) { return page.backing != Backing::zero; }

  /// "sub and test": frees at exactly zero, and only then.
  template <class P>
  void drop(const P& page, Amount amount, Event event) {
    const Counted count = m.sub(page, amount);
    event.before = count.before;
    event.after = count.after;
    m.emit(page, event);
    if (m.unused(page, count)) free(page);
  }
};

/// Carries the effect out.
template <class M>
void execute(const Effect& e, M& m) {
  Meaning<M> effect(m);
  switch (e.op) {
    case Do::get: return effect.acquire(role_of(e), Held::get, Amount::one, true);
    case Do::put: return effect.release(role_of(e), Held::get);
    case Do::pin: return effect.acquire(role_of(e), Held::pin, Amount::pin, false);
    case Do::pin_page: return effect.acquire(role_of(e), Held::pin, Amount::page_pin, true);
    case Do::pin_rest: return effect.acquire(role_of(e), Held::pin, Amount::rest_of_pin, false);
    case Do::unpin: return effect.release(role_of(e), Held::pin);
    case Do::move: return effect.move(role_of(e), new_role_of(e));
    case Do::set: return m.set(m.page(), mask_of(e));
    case Do::clear: return m.clear(m.page(), mask_of(e));
    case Do::map: return effect.map();
    case Do::unmap: return effect.unmap();
    case Do::attach_private: return effect.attach_private();
    case Do::drop_private: return effect.lose(kPrivate, Amount::one);
    case Do::drop_cache: return effect.lose(kCached | kUnsaved, Amount::subpages);
    case Do::freeze: return effect.freeze();
    case Do::unfreeze: return effect.unfreeze(thawed_count_of(e));
    case Do::free_frozen: return effect.free_frozen();
    case Do::free_object: return effect.free_object();
    case Do::device_read: return effect.touch(EventKind::device_read);
    case Do::device_write: return effect.write(EventKind::device_write);
    case Do::cpu_write: return effect.write(EventKind::cpu_write);
    case Do::writeback_read: return m.clear(m.page(), kUnsaved);
    case Do::start_writeback: return effect.start_writeback();
    case Do::end_writeback: return m.clear(m.page(), kWriteback);
    case Do::dirty: return effect.dirty();
    case Do::alloc: return effect.alloc(role_of(e));
    case Do::leave_out: return m.leave_out();
    case Do::pipe_lock: return m.lock(pipe_of(e), true);
    case Do::pipe_unlock: return m.lock(pipe_of(e), false);
    case Do::pipe_push: return effect.push(pipe_of(e), ops_of(e), pushed_role_of(e));
    case Do::pipe_peek: return m.fill_slot(m.peek(pipe_of(e)));
    case Do::pipe_drop_head: return effect.drop_buffer(pipe_of(e), true);
    case Do::pipe_drop_tail: return effect.drop_buffer(pipe_of(e), false);
    case Do::pipe_keep_head: return m.keep_tmp(pipe_of(e), m.pop(pipe_of(e), true));
    case Do::pipe_take_tmp: return effect.take_tmp(pipe_of(e), taken_role_of(e));
    case Do::pipe_drop_tmp: return effect.drop_structural(m.take_tmp(pipe_of(e)), Amount::one);
    case Do::pipe_close: return m.close(pipe_of(e), ends_of(e));
    case Do::pipe_dup_head: return effect.dup_head(pipe_of(e), other_pipe_of(e));
    case Do::first_slot: return m.go_to(0);
    case Do::next_slot: return m.go_to(m.slot() + 1);
    case Do::count_here: return m.set_pages(m.slot());
    case Do::count_is: return m.set_pages(count_of(e));
    case Do::cut_here: return effect.cut();
    case Do::request_set: return m.raise(mask_of(e));
    case Do::complete: return m.raise(kCompleted);
    case Do::leave: return m.leave(process_of(e));
    case Do::refuse: return effect.refuse();
  }
}

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
    case Ask::page_has: return page([&](const auto& p) { return m.has(p, arg); });
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
