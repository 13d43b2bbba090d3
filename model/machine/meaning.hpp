// SPDX-License-Identifier: MIT
// model/machine: uses model/question; used by model/compile, properties.
// What every effect does and every test asks, said once, in terms of a machine's primitives. The
// interpreter's machine carries them out (machine.cpp). Others only note them: what is read and
// written (footprint.cpp), what can change back (loops.cpp), what somebody notices
// (checker/judge/activity.cpp). A new instruction is described here, and a second time by the
// oracles: the export and the tests' naive interpreter.
//
// A machine names pages as it likes. Its questions take a predicate on what they are about. One
// that knows no world answers true, and then whatever can happen is carried out: so questions are
// asked for what must hold, joined by && alone, and nothing is done where they do not.
#pragma once

#include <algorithm>

#include "model/language/event.hpp"
#include "model/language/step.hpp"

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

// References as the description knows them: a machine's emit() adds the page, and whose request and
// slot it is.

constexpr Reference in_request(Role role, Held held) {
  using Kind = Reference::Kind;
  if (held == Held::none) return {};
  return {.kind = Kind::request, .role = role, .held = held};
}
constexpr Reference in_pipe(Reference::Kind kind, int pipe, int place = 0) {
  return {.kind = kind,
          .owner = static_cast<std::uint8_t>(pipe),
          .place = static_cast<std::uint8_t>(place)};
}
constexpr Reference in_pte(int mm) {
  return {.kind = Reference::Kind::pte, .owner = static_cast<std::uint8_t>(mm)};
}

inline bool has_buffers(const Pipe& pipe, int) { return pipe.count > 0; }

/// Effects that are more than one primitive.
template <class M>
class Meaning {
 public:
  explicit Meaning(M& machine) : m(machine) {}

  void acquire(Role role, Held as, Amount amount, bool from_page) {
    const auto page = m.page();
    const Held held = m.held(role);
    const Counted count = m.add(page, amount);
    m.hold(role, as);
    if (as == Held::pin && role != Role::creator) m.note_pin();
    m.emit(page, {.kind = EventKind::acquired,
                  .role = role,
                  .as = as,
                  .from_page = from_page,
                  .from = in_request(role, held),
                  .to = in_request(role, as),
                  .before = count.before,
                  .after = count.after});
  }
  void release(Role role, Held as) {
    const auto page = m.page();
    const Held held = m.held(role);
    m.hold(role, Held::none);
    drop(page, as == Held::pin ? Amount::pin : Amount::one,
         {.kind = EventKind::released,
          .role = role,
          .held = held,
          .as = as,
          .from = in_request(role, held)});
  }
  void move(Role from, Role to) {
    const Held held = m.held(from);
    m.hold(to, held);
    m.hold(from, Held::none);
    if (held != Held::none) hand_over(m.page(), in_request(from, held), in_request(to, held));
  }

  void map(int mm) {
    const auto page = m.page();
    m.set_pte(page, mm, kMapped);
    if (m.counts(page, is_counted_by_ptes)) install(page, in_pte(mm));
  }
  void unmap(int mm) {
    const auto page = m.page();
    if (m.pte_has(page, mm, kPteDirty) && m.counts(page, is_of_file)) m.set(page, kDirty);
    m.clear_pte(page, mm, kMapped | kPteWritable | kPteDirty);
    if (m.counts(page, is_counted_by_ptes)) drop_structural(page, Amount::one, in_pte(mm));
  }
  void attach_private() {
    m.set(m.page(), kPrivate);
    install(m.page(), {.kind = Reference::Kind::buffers});
  }
  void lose(PageFlag flags, Amount amount, Reference::Kind whose) {
    m.clear(m.page(), flags);
    drop_structural(m.page(), amount, {.kind = whose});
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
    const auto page = m.page();
    const Held held = m.held(Role::array);
    m.clear(page, kCached);
    m.hold(Role::array, Held::none);
    if (held != Held::none) hand_over(page, in_request(Role::array, held), {});
    free(page);
  }
  void free_object() {
    m.clear(m.page(), kCached);
    m.forget(m.page());
    drop_structural(m.page(), Amount::one, {.kind = Reference::Kind::cache});
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
    const auto page = m.alloc();
    m.fill_slot(page);
    m.hold(role, Held::get);
    m.emit(page, {.kind = EventKind::allocated, .to = in_request(role, Held::get), .after = 1});
  }
  void push(int pipe, BufferOps ops, Role role) {
    const auto page = m.page();
    const Held held = m.held(role);
    const int place = m.buffers(pipe);
    m.push(pipe, page, ops);
    m.hold(role, Held::none);
    hand_over(page, in_request(role, held), in_pipe(Reference::Kind::ring, pipe, place));
  }
  void drop_buffer(int pipe, bool oldest) {
    if (!m.ring(pipe, has_buffers)) return;
    const int place = oldest ? 0 : m.buffers(pipe) - 1;
    drop_structural(m.pop(pipe, oldest), Amount::one, in_pipe(Reference::Kind::ring, pipe, place));
  }
  void keep_head(int pipe) {
    const auto page = m.pop(pipe, true);
    m.keep_tmp(pipe, page);
    hand_over(page, in_pipe(Reference::Kind::ring, pipe), in_pipe(Reference::Kind::tmp_page, pipe));
  }
  void take_tmp(int pipe, Role role) {
    const auto page = m.take_tmp(pipe);
    m.fill_slot(page);
    m.hold(role, Held::get);
    m.forget_elsewhere(page);
    hand_over(page, in_pipe(Reference::Kind::tmp_page, pipe), in_request(role, Held::get));
  }
  void drop_tmp(int pipe) {
    drop_structural(m.take_tmp(pipe), Amount::one, in_pipe(Reference::Kind::tmp_page, pipe));
  }
  void dup_head(int pipe, int other) {
    const int place = m.buffers(other);
    const auto page = m.dup_head(pipe, other);
    const Counted count = m.add(page, Amount::one);
    m.emit(page, {.kind = EventKind::acquired,
                  .as = Held::get,
                  .from_page = true,
                  .structural = true,
                  .to = in_pipe(Reference::Kind::ring, other, place),
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

 private:
  M& m;

  static bool is_of_file(const Page& page) { return page.backing == Backing::file; }
  /// The zero page's are special.
  static bool is_counted_by_ptes(const Page& page) { return page.backing != Backing::zero; }

  template <class P>
  void install(const P& page, const Reference& whose) {
    const Counted count = m.add(page, Amount::one);
    m.emit(
        page,
        {.kind = EventKind::installed, .to = whose, .before = count.before, .after = count.after});
  }
  template <class P>
  void hand_over(const P& page, const Reference& from, const Reference& to) {
    m.emit(page, {.kind = EventKind::moved, .from = from, .to = to});
  }
  template <class P>
  void drop_structural(const P& page, Amount amount, const Reference& from) {
    drop(page, amount,
         {.kind = EventKind::released,
          .held = Held::get,
          .as = Held::get,
          .structural = true,
          .from = from});
  }
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
    case Do::set: return m.set(m.page(), page_flags_of(e));
    case Do::clear: return m.clear(m.page(), page_flags_of(e));
    case Do::set_pte: return m.set_pte(m.page(), mm_of(e), pte_flags_of(e));
    case Do::clear_pte: return m.clear_pte(m.page(), mm_of(e), pte_flags_of(e));
    case Do::map: return effect.map(mm_of(e));
    case Do::unmap: return effect.unmap(mm_of(e));
    case Do::attach_private: return effect.attach_private();
    case Do::drop_private: return effect.lose(kPrivate, Amount::one, Reference::Kind::buffers);
    case Do::drop_cache:
      return effect.lose(kCached | kUnsaved, Amount::subpages, Reference::Kind::cache);
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
    case Do::pipe_keep_head: return effect.keep_head(pipe_of(e));
    case Do::pipe_take_tmp: return effect.take_tmp(pipe_of(e), taken_role_of(e));
    case Do::pipe_drop_tmp: return effect.drop_tmp(pipe_of(e));
    case Do::pipe_close: return m.close(pipe_of(e), ends_of(e));
    case Do::pipe_dup_head: return effect.dup_head(pipe_of(e), other_pipe_of(e));
    case Do::first_slot: return m.go_to(0);
    case Do::next_slot: return m.go_to(m.slot() + 1);
    case Do::count_here: return m.set_pages(m.slot());
    case Do::count_is: return m.set_pages(count_of(e));
    case Do::cut_here: return effect.cut();
    case Do::request_set: return m.raise(request_flags_of(e));
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
