// SPDX-License-Identifier: MIT
// model/machine: uses model/question; used by model/compile, properties.
// A second, plain interpreter for tests, written from what step.hpp, the names in effect.hpp,
// world.hpp and event.hpp say.
#pragma once

#include <vector>

#include "model/machine/naive_questions.hpp"

namespace pincheck::naive {

/// What was told of, and when.
struct Told {
  Event event;
  State state;
};

/// The state of a system, and what steps do to it.
class Interpreter {
 public:
  /// `system` must outlive this: its programs and what does not change are read, no flat array.
  explicit Interpreter(const System& system) : system_(system), state_(plain(system.initial)) {}

  const State& state() const { return state_; }
  /// In order of thread, and of the step's outcomes.
  std::vector<Choice> enabled() const { return Questions(system_, state_).enabled(); }
  /// Takes an enabled choice. Returns what it told of.
  std::vector<Told> take(Choice);

 private:
  const System& system_;
  State state_;
  int thread_ = 0;  ///< that takes a step
  std::vector<Told> told_;

  Slot& slot();
  RequestState& request() { return state_.requests[thread_ / 2]; }
  ThreadState& thread() { return state_.threads[thread_]; }
  int page_number() { return slot().page.value(); }
  PageState& page(int number) { return state_.pages[number]; }
  PageState& page() { return page(page_number()); }
  int& pte(int mm) { return state_.ptes[mm][page_number()]; }
  PipeState& pipe(int number) { return state_.pipes[number]; }
  bool large(int number) const { return system_.order[number] > 0; }
  int subpages(int number) const { return 1 << system_.order[number]; }

  void run(const Effect&);
  bool run_counting(const Effect&);
  bool run_on_page(const Effect&);
  bool run_on_pte(const Effect&);
  bool run_on_pipe(const Effect&);
  void run_on_request(const Effect&);

  Event event(EventKind, int number);
  void tell(const Event& event) { told_.push_back({event, state_}); }
  void count(int number, int amount);
  void free(int number);
  void forget(int number, const Slot* but);
  void acquire(const Effect&, Held as, int amount, bool counts_pin);
  void release(Role, Held as);
  void drop(int number, int amount, Event);
  void drop_structural(int number, int amount, const Reference& whose);
  void installed(const Reference& by);
  void moved(int number, const Reference& from, const Reference& to);
  Reference held_as(Role, int number);
  void written(EventKind);
  void put_into_slot(int number);
};

// Counting.

inline Slot& Interpreter::slot() { return request().slots[thread().slot]; }

inline Event Interpreter::event(EventKind kind, int number) {
  Event made{kind};
  made.actor = static_cast<std::uint8_t>(thread_ / 2);
  made.slot = static_cast<std::uint8_t>(thread().slot);
  made.page = static_cast<std::uint8_t>(number);
  return made;
}

/// A counter of so many bits goes round.
inline void Interpreter::count(int number, int amount) {
  const std::int64_t values = std::int64_t{1} << system_.arithmetic.width;
  std::int64_t ref = std::int64_t{page(number).ref} + amount;
  while (ref >= values / 2) ref -= values;
  while (ref < -values / 2) ref += values;
  page(number).ref = static_cast<int>(ref);
}

/// Whoever lists the page lists something that is not theirs any more.
inline void Interpreter::forget(int number, const Slot* but) {
  for (int actor = 0; actor < system_.actors; ++actor)
    for (Slot& one : state_.requests[actor].slots)
      if (one.page == number && &one != but) one.stale = true;
}

inline void Interpreter::free(int number) {
  tell(event(EventKind::freed, number));
  page(number).flags = kFree;
  for (std::vector<int>& mm : state_.ptes) mm[number] = 0;
  forget(number, nullptr);
}

inline void Interpreter::drop(int number, int amount, Event told) {
  told.before = page(number).ref;
  count(number, -amount);
  told.after = page(number).ref;
  tell(told);
  const bool was_free = (page(number).flags & kFree) != 0;
  if (amount != 0 && page(number).ref == 0 && !was_free) free(number);
}

inline void Interpreter::drop_structural(int number, int amount, const Reference& whose) {
  Event told = event(EventKind::released, number);
  told.from = whose;
  told.held = Held::get;
  told.as = Held::get;
  told.structural = true;
  drop(number, amount, told);
}

/// A PTE or buffers count.
inline void Interpreter::installed(const Reference& by) {
  Event told = event(EventKind::installed, page_number());
  told.to = by;
  told.before = page().ref;
  count(page_number(), 1);
  told.after = page().ref;
  tell(told);
}

inline void Interpreter::moved(int number, const Reference& from, const Reference& to) {
  Event told = event(EventKind::moved, number);
  told.from = from;
  told.to = to;
  tell(told);
}

inline Reference Interpreter::held_as(Role role, int number) {
  return naive::held_as(slot(), role, number, thread_ / 2, thread().slot);
}

inline void Interpreter::acquire(const Effect& effect, Held as, int amount, bool counts_pin) {
  const Role role = role_of(effect);
  Event told = event(EventKind::acquired, page_number());
  told.role = role;
  told.as = as;
  told.from_page = effect.op == Do::get || effect.op == Do::pin_page;
  told.from = held_as(role, page_number());
  told.before = page().ref;
  count(page_number(), amount);
  told.after = page().ref;
  if (counts_pin) ++page().pins;
  slot().held[role] = as;
  told.to = held_as(role, page_number());
  if (as == Held::pin && role != Role::creator) slot().pinned = true;
  tell(told);
}

inline void Interpreter::release(Role role, Held as) {
  const int number = page_number();
  Event told = event(EventKind::released, number);
  told.role = role;
  told.as = as;
  told.from = held_as(role, number);
  const auto held = slot().held.find(role);
  if (held != slot().held.end()) {
    told.held = held->second;
    slot().held.erase(held);
  }
  int weight = 1;
  if (as == Held::pin) {
    if (large(number))
      --page().pins;
    else
      weight = system_.arithmetic.bias;
    if (page().backing == Backing::zero && system_.arithmetic.zero_pins_are_noops) weight = 0;
  }
  drop(number, weight, told);
}

inline bool Interpreter::run_counting(const Effect& effect) {
  const Role role = role_of(effect);
  const Arithmetic& numbers = system_.arithmetic;
  switch (effect.op) {
    case Do::get: acquire(effect, Held::get, 1, false); return true;
    case Do::put: release(role, Held::get); return true;
    case Do::pin:
    case Do::pin_page: {
      const bool from_page = effect.op == Do::pin_page;
      const bool nothing = page().backing == Backing::zero && numbers.zero_pins_are_noops &&
                           (!from_page || numbers.page_pins_skip_zero);
      const bool counts = large(page_number());
      acquire(effect, Held::pin, nothing ? 0 : counts ? 1 : numbers.bias, counts && !nothing);
      return true;
    }
    case Do::pin_rest: {
      const bool counts = large(page_number());
      acquire(effect, Held::pin, counts ? 0 : numbers.bias - 1, counts);
      return true;
    }
    case Do::unpin: release(role, Held::pin); return true;
    case Do::move: {
      const Role to = new_role_of(effect);
      const auto held = slot().held.find(role);
      const Held what = held == slot().held.end() ? Held::none : held->second;
      const Reference before = held_as(role, page_number());
      slot().held.erase(to);
      slot().held.erase(role);
      if (what == Held::none) return true;
      if (to != role) slot().held[to] = what;
      moved(page_number(), before, held_as(to, page_number()));
      return true;
    }
    default: return false;
  }
}

// The rest of a page.

/// A page of the page cache that a user's request writes has to be saved.
inline void Interpreter::written(EventKind kind) {
  tell(event(kind, page_number()));
  const bool cached = page().backing == Backing::file && (page().flags & kCached) != 0;
  if (cached && (request().flags & kUserBacked) != 0) page().flags |= kUnsaved;
}

inline bool Interpreter::run_on_page(const Effect& effect) {
  using Kind = Reference::Kind;
  switch (effect.op) {
    case Do::set: page().flags |= page_flags_of(effect); return true;
    case Do::clear: page().flags &= ~page_flags_of(effect); return true;
    case Do::attach_private:
      page().flags |= kPrivate;
      installed(whose(Kind::buffers, page_number()));
      return true;
    case Do::drop_private:
      page().flags &= ~kPrivate;
      drop_structural(page_number(), 1, whose(Kind::buffers, page_number()));
      return true;
    case Do::drop_cache:
      page().flags &= ~(kCached | kUnsaved);
      drop_structural(page_number(), subpages(page_number()), whose(Kind::cache, page_number()));
      return true;
    case Do::freeze: {
      Event told = event(EventKind::frozen, page_number());
      told.before = page().ref;
      page().ref = 0;
      tell(told);
      return true;
    }
    case Do::unfreeze: {
      const bool cached = (page().flags & kCached) != 0;
      page().ref = thawed_count_of(effect) + (cached ? subpages(page_number()) : 0);
      return true;
    }
    case Do::free_frozen: {
      page().flags &= ~kCached;
      const Reference own = held_as(Role::array, page_number());
      slot().held.erase(Role::array);
      if (own != Reference{}) moved(page_number(), own, {});
      free(page_number());
      return true;
    }
    case Do::free_object:
      page().flags &= ~kCached;
      forget(page_number(), nullptr);
      drop_structural(page_number(), 1, whose(Kind::cache, page_number()));
      return true;
    case Do::device_read: tell(event(EventKind::device_read, page_number())); return true;
    case Do::device_write: written(EventKind::device_write); return true;
    case Do::cpu_write: written(EventKind::cpu_write); return true;
    case Do::writeback_read: page().flags &= ~kUnsaved; return true;
    case Do::start_writeback:
      page().flags |= kWriteback;
      tell(event(EventKind::writeback_started, page_number()));
      return true;
    case Do::end_writeback: page().flags &= ~kWriteback; return true;
    case Do::dirty:
      tell(event(EventKind::dirtied, page_number()));
      page().flags |= kDirty;
      return true;
    default: return false;
  }
}

inline bool Interpreter::run_on_pte(const Effect& effect) {
  const auto by = [&] { return whose(Reference::Kind::pte, page_number(), mm_of(effect)); };
  switch (effect.op) {
    case Do::set_pte: pte(mm_of(effect)) |= pte_flags_of(effect); return true;
    case Do::clear_pte: pte(mm_of(effect)) &= ~pte_flags_of(effect); return true;
    case Do::map:
      pte(mm_of(effect)) |= kMapped;
      if (page().backing != Backing::zero) installed(by());
      return true;
    case Do::unmap:
      if (page().backing == Backing::file && (pte(mm_of(effect)) & kPteDirty) != 0)
        page().flags |= kDirty;
      pte(mm_of(effect)) &= ~(kMapped | kPteWritable | kPteDirty);
      if (page().backing != Backing::zero) drop_structural(page_number(), 1, by());
      return true;
    default: return false;
  }
}

// Pipes.

inline void Interpreter::put_into_slot(int number) {
  slot().page = number;
  slot().left_out = slot().stale = slot().pinned = false;
}

inline bool Interpreter::run_on_pipe(const Effect& effect) {
  using Kind = Reference::Kind;
  const auto one = [&]() -> PipeState& { return pipe(pipe_of(effect)); };
  switch (effect.op) {
    case Do::pipe_lock: one().locked = true; return true;
    case Do::pipe_unlock: one().locked = false; return true;
    case Do::pipe_push: {
      const Reference from = held_as(pushed_role_of(effect), page_number());
      one().ring.push_back({page_number(), ops_of(effect)});
      slot().held.erase(pushed_role_of(effect));
      moved(page_number(), from,
            whose(Kind::ring, page_number(), pipe_of(effect), one().ring.size() - 1));
      return true;
    }
    case Do::pipe_peek: put_into_slot(one().ring[thread().slot].page); return true;
    case Do::pipe_drop_head:
    case Do::pipe_drop_tail: {
      if (one().ring.empty()) return true;
      const bool oldest = effect.op == Do::pipe_drop_head;
      const int number = oldest ? one().ring.front().page : one().ring.back().page;
      if (oldest)
        one().ring.pop_front();
      else
        one().ring.pop_back();
      drop_structural(number, 1,
                      whose(Kind::ring, number, pipe_of(effect), oldest ? 0 : one().ring.size()));
      return true;
    }
    case Do::pipe_keep_head: {
      const int number = one().ring.front().page;
      one().tmp_page = number;
      one().ring.pop_front();
      moved(number, whose(Kind::ring, number, pipe_of(effect), 0),
            whose(Kind::tmp_page, number, pipe_of(effect), 0));
      return true;
    }
    case Do::pipe_take_tmp: {
      const int number = one().tmp_page.value();
      one().tmp_page.reset();
      put_into_slot(number);
      slot().held[taken_role_of(effect)] = Held::get;
      forget(number, &slot());
      moved(number, whose(Kind::tmp_page, number, pipe_of(effect), 0),
            held_as(taken_role_of(effect), number));
      return true;
    }
    case Do::pipe_drop_tmp: {
      const int number = one().tmp_page.value();
      one().tmp_page.reset();
      drop_structural(number, 1, whose(Kind::tmp_page, number, pipe_of(effect), 0));
      return true;
    }
    case Do::pipe_close:
      one().readers -= (ends_of(effect) & kReadEnd) != 0 ? 1 : 0;
      one().writers -= (ends_of(effect) & kWriteEnd) != 0 ? 1 : 0;
      return true;
    case Do::pipe_dup_head: {
      const Buffer head = one().ring.front();
      const int other = other_pipe_of(effect);
      pipe(other).ring.push_back({head.page, head.ops});
      Event told = event(EventKind::acquired, head.page);
      told.as = Held::get;
      told.from_page = told.structural = true;
      told.to = whose(Kind::ring, head.page, other, pipe(other).ring.size() - 1);
      told.before = page(head.page).ref;
      count(head.page, 1);
      told.after = page(head.page).ref;
      tell(told);
      return true;
    }
    default: return false;
  }
}

// Requests and threads.

inline void Interpreter::run_on_request(const Effect& effect) {
  switch (effect.op) {
    case Do::alloc: {
      const int number = Questions(system_, state_).first_free().value();
      page(number) = {1, 0, Backing::pipe, 0};
      for (std::vector<int>& mm : state_.ptes) mm[number] = 0;
      put_into_slot(number);
      slot().held[role_of(effect)] = Held::get;
      Event told = event(EventKind::allocated, number);
      told.to = held_as(role_of(effect), number);
      told.after = 1;
      tell(told);
      return;
    }
    case Do::leave_out: slot().left_out = true; return;
    case Do::first_slot: thread().slot = 0; return;
    case Do::next_slot: ++thread().slot; return;
    case Do::count_here: request().count = thread().slot; return;
    case Do::count_is: request().count = count_of(effect); return;
    case Do::cut_here:
      request().count = thread().slot;
      for (int index = thread().slot; index < kMaxSlots; ++index)
        request().slots[index].page.reset();
      return;
    case Do::request_set: request().flags |= request_flags_of(effect); return;
    case Do::complete: request().flags |= kCompleted; return;
    case Do::leave: --state_.tasks[process_of(effect)]; return;
    case Do::refuse:
      request().flags |= kRefused | kFailed;
      tell(event(EventKind::refused, kNoPage));
      return;
    default: throw std::logic_error("unknown effect");
  }
}

inline void Interpreter::run(const Effect& effect) {
  if (run_counting(effect) || run_on_page(effect) || run_on_pte(effect) || run_on_pipe(effect))
    return;
  run_on_request(effect);
}

inline std::vector<Told> Interpreter::take(Choice choice) {
  thread_ = choice.thread;
  told_.clear();
  const Step& step = system_.programs[thread_][thread().pc];
  const Outcome& outcome = step.outcomes[choice.outcome];
  for (const Effect& effect : outcome.effects) run(effect);
  thread().pc = outcome.next;
  return told_;
}

}  // namespace pincheck::naive
