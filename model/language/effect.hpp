// SPDX-License-Identifier: MIT
// model/language: uses model/base; used by model/question.
// The instructions of the step language, each with its name and what it does, said once, in terms
// of a machine's primitives. The interpreter's machine carries them out
// (model/machine/machine.cpp). Others only note them: what is read and written (footprint.cpp
// there), what can change back (loops.cpp), what somebody notices (checker/judge/activity.cpp). An
// instruction is described a second time by the oracles: the export and the tests' naive
// interpreter.
//
// A machine names pages as it likes. Its questions take a predicate on what they are about. One
// that knows no world answers true, and then whatever can happen is carried out: so questions are
// asked for what must hold, joined by && alone, and nothing is done where they do not.
#pragma once

#include <cstdint>

#include "model/language/event.hpp"

namespace pincheck {

/// A primitive effect. Page effects act on the page in the thread's current slot.
enum class Do : std::uint8_t {
  get,       ///< ref += 1
  put,       ///< ref -= 1, frees at exactly 0
  pin,       ///< one FOLL_PIN acquisition at once (slow path, under the page-table lock)
  pin_page,  ///< the same from a bare struct page (pin_user_page, folio_add_pin)
  pin_rest,  ///< second half of the lockless pin: +(bias - 1), or _pincount on a large folio
  unpin,     ///< gup_put_folio(FOLL_PIN)
  move,      ///< ledger only: a role hands its reference to another
  set,       ///< page bits
  clear,
  set_pte,  ///< bits of a PTE
  clear_pte,
  map,             ///< install a PTE (+1)
  unmap,           ///< zap the PTE, PTE dirty goes to the page (-1)
  attach_private,  ///< buffers (+1)
  drop_private,    ///< try_to_free_buffers (-1)
  drop_cache,      ///< leave the page cache (-nr_pages)
  freeze,          ///< folio_ref_freeze: ref = 0, the caller's reference is in the count
  unfreeze,        ///< folio_ref_unfreeze: back to the count + nr_pages
  free_frozen,     ///< a frozen page goes to the allocator
  free_object,     ///< kfree() of the kernel object on the page
  device_read,
  device_write,
  cpu_write,
  writeback_read,   ///< the disk reads the page for writeback
  start_writeback,  ///< sets PG_writeback
  end_writeback,
  dirty,      ///< folio_mark_dirty
  alloc,      ///< the first free small page into the slot, with its reference
  leave_out,  ///< the slot's page takes no part in the I/O from here on
  pipe_lock,
  pipe_unlock,
  pipe_push,       ///< the slot's reference becomes a buffer
  pipe_peek,       ///< page of the buffer at the thread's slot index into the slot
  pipe_drop_head,  ///< release the oldest buffer
  pipe_drop_tail,  ///< release the newest buffer (iov_iter_revert on ITER_PIPE)
  pipe_keep_head,  ///< the oldest buffer's page becomes tmp_page
  pipe_take_tmp,   ///< tmp_page and its reference into the slot
  pipe_drop_tmp,   ///< tmp_page goes to the allocator (free_pipe_info)
  pipe_close,      ///< ends of it are closed
  pipe_dup_head,   ///< the oldest buffer also into the other pipe, +1
  first_slot,
  next_slot,
  count_here,  ///< count = slot
  count_is,
  cut_here,  ///< count = slot, and the slots from here on hold no page
  request_set,
  complete,  ///< report success: the request's owner may go on
  leave,     ///< a task of the process has left
  refuse,    ///< -EINVAL: this kind is not accepted
};
inline constexpr int kDos = static_cast<int>(Do::refuse) + 1;

struct Effect {
  Do op;
  std::uint8_t a = 0;  ///< what this and `b` say depends on `op`: see role_of() and the like
  std::uint16_t b = 0;
  bool operator==(const Effect&) const = default;
};

// What an effect's `a` and `b` say, for the instructions that are named.

/// get, put, pin, pin_page, pin_rest, unpin, alloc: what the reference is for. move: what it was.
constexpr Role role_of(const Effect& e) { return static_cast<Role>(e.a); }
/// move: what it is for from then on.
constexpr Role new_role_of(const Effect& e) { return static_cast<Role>(e.b); }
/// set, clear.
constexpr PageFlag page_flags_of(const Effect& e) { return static_cast<PageFlag>(e.b); }
/// set_pte, clear_pte, map, unmap: the address space whose PTE it is.
constexpr int mm_of(const Effect& e) { return e.a; }
/// set_pte, clear_pte.
constexpr PteFlag pte_flags_of(const Effect& e) { return static_cast<PteFlag>(e.b); }
/// request_set.
constexpr RequestFlag request_flags_of(const Effect& e) { return static_cast<RequestFlag>(e.b); }
/// unfreeze: the count, without the page cache's.
constexpr int thawed_count_of(const Effect& e) { return e.a; }
/// count_is: pages.
constexpr std::uint8_t count_of(const Effect& e) { return e.a; }
/// leave.
constexpr int process_of(const Effect& e) { return e.a; }
/// Whatever begins with pipe_.
constexpr int pipe_of(const Effect& e) { return e.a; }
/// pipe_push: what the slot's reference was for, and the buffer's operations.
constexpr Role pushed_role_of(const Effect& e) { return static_cast<Role>(e.b & 3); }
constexpr BufferOps ops_of(const Effect& e) { return static_cast<BufferOps>(e.b >> 2 & 3); }
/// pipe_take_tmp: what the reference is for from then on.
constexpr Role taken_role_of(const Effect& e) { return static_cast<Role>(e.b); }
/// pipe_close: PipeEnd bits.
constexpr std::uint8_t ends_of(const Effect& e) { return static_cast<std::uint8_t>(e.b); }
/// pipe_dup_head: the pipe that gets the buffer, too.
constexpr int other_pipe_of(const Effect& e) { return e.b; }

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

}  // namespace pincheck
