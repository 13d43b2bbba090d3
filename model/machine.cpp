// SPDX-License-Identifier: MIT
#include "model/machine.hpp"

#include <algorithm>

#include "model/ledger.hpp"

namespace pincheck {
namespace {

int slot_page(const World& world, int thread) {
  return world.request[thread / 2].slot[world.thread[thread].slot];
}

int free_page_index(const System& system, const World& world) {
  for (int page = 0; page < system.pages; ++page)
    if (world.page[page].has(kFree) && !system.large(page)) return page;
  return -1;
}

bool page_holds(const System& system, const World& world, int page, const Test& test) {
  if (page == kNoPage) return false;
  const Page& p = world.page[page];
  switch (test.ask) {
    case Ask::page_has: return p.has(test.arg);
    case Ask::maybe_pinned: return maybe_dma_pinned(p, system.large(page), system.arithmetic);
    case Ask::ref_is: return p.ref == test.arg + (p.has(kCached) ? system.nr_pages(page) : 0);
    case Ask::ref_positive: return p.ref > 0;
    case Ask::ref_nonzero: return p.ref != 0;
    case Ask::large: return system.large(page);
    case Ask::backing_is: return p.backing == static_cast<Backing>(test.arg);
    default: return false;
  }
}

bool answer(const System& system, const World& world, int thread, const Test& test) {
  const Request& request = world.request[thread / 2];
  const int slot = world.thread[thread].slot;
  const auto& pipe = [&]() -> const Pipe& { return world.pipe[test.arg]; };
  switch (test.ask) {
    case Ask::slot_empty: return request.slot[slot] == kNoPage;
    case Ask::in_io: return request.in_io(slot);
    case Ask::same_as_previous: return slot > 0 && request.slot[slot] == request.slot[slot - 1];
    case Ask::listed_before:
      return request.slot[slot] != kNoPage &&
             std::find(request.slot.begin(), request.slot.begin() + slot, request.slot[slot]) !=
                 request.slot.begin() + slot;
    case Ask::first_slot: return slot == 0;
    case Ask::more_listed: return slot + 1 < kMaxSlots && request.slot[slot + 1] != kNoPage;
    case Ask::more_slots: return slot + 1 < request.count;
    case Ask::request_has: return request.has(test.arg);
    case Ask::pipe_locked: return pipe().locked != 0;
    case Ask::pipe_has_room: return pipe().count < kRingSlots;
    case Ask::pipe_empty: return pipe().count == 0;
    case Ask::pipe_reaches: return slot < pipe().count;
    case Ask::pipe_reaches_next: return slot + 1 < pipe().count;
    case Ask::head_recyclable:
      return pipe().count > 0 && pipe().ring[0].ops() == BufferOps::anon &&
             pipe().tmp_page == kNoPage && world.page[pipe().ring[0].page()].ref == 1;
    case Ask::head_ref_positive:
      return pipe().count > 0 && world.page[pipe().ring[0].page()].ref > 0;
    case Ask::has_tmp_page: return pipe().tmp_page != kNoPage;
    case Ask::pipe_has_readers: return pipe().readers() > 0;
    case Ask::pipe_last: return world.pipe[pipe_of(test)].open == test.arg >> 4;
    case Ask::page_available: return free_page_index(system, world) >= 0;
    case Ask::process_left: return world.tasks[test.arg] == 0;
    default: return page_holds(system, world, slot_page(world, thread), test);
  }
}

/// One choice being carried out: the pieces every effect needs, and the counter primitives.
class Execution {
 public:
  Execution(const System& system, World& world, int thread, const Observer& observer)
      : system_(system),
        world_(world),
        thread_(world.thread[thread]),
        actor_(thread / 2),
        request_(world.request[thread / 2]),
        observer_(observer) {}

  void run(const Effect& effect);

 private:
  const System& system_;
  World& world_;
  Thread& thread_;
  int actor_;
  Request& request_;
  const Observer& observer_;

  int page_index() const { return request_.slot[thread_.slot]; }
  Page& page() { return world_.page[page_index()]; }

  Event event(EventKind kind, int page) const {
    return {kind, static_cast<std::uint8_t>(actor_), thread_.slot, static_cast<std::uint8_t>(page)};
  }
  void tell(const Event& e) const { observer_(system_, world_, e); }

  /// Slots that still point at a page whose contents now belong to somebody else.
  void mark_stale(int page, int except_actor = -1) {
    for (int actor = 0; actor < system_.actors; ++actor) {
      Request& request = world_.request[actor];
      for (int slot = 0; slot < kMaxSlots; ++slot) {
        const bool own = actor == except_actor && slot == thread_.slot;
        if (request.slot[slot] == page && !own)
          request.ghost = static_cast<std::uint8_t>(request.ghost | 1 << slot);
      }
    }
  }

  void free_page(int index) {
    tell(event(EventKind::freed, index));
    world_.page[index].flags = kFree;
    mark_stale(index);
  }

  void add(int index, int amount) {
    Page& p = world_.page[index];
    p.ref = wrap(static_cast<std::int64_t>(p.ref) + amount, system_.arithmetic.width);
  }

  /// "sub and test": frees at exactly zero, and only then.
  void drop(int index, int amount, Event e) {
    Page& p = world_.page[index];
    e.before = p.ref;
    add(index, -amount);
    e.after = p.ref;
    tell(e);
    if (p.ref == 0 && amount != 0 && !p.has(kFree)) free_page(index);
  }

  void drop_structural(int index, int amount) {
    Event e = event(EventKind::released, index);
    e.held = e.as = Held::get;
    e.structural = true;
    drop(index, amount, e);
  }

  void acquire(Role role, Held as, int amount, int pins, bool from_page) {
    Event e = event(EventKind::acquired, page_index());
    e.role = role;
    e.as = as;
    e.from_page = from_page;
    e.before = page().ref;
    add(page_index(), amount);
    page().pins = static_cast<std::int8_t>(page().pins + pins);
    e.after = page().ref;
    request_.set_held(thread_.slot, role, as);
    if (as == Held::pin && role != Role::creator)
      request_.ghost = static_cast<std::uint8_t>(request_.ghost | 16 << thread_.slot);
    tell(e);
  }

  void release(Role role, Held as) {
    const int index = page_index();
    const bool large = system_.large(index);
    Event e = event(EventKind::released, index);
    e.role = role;
    e.held = request_.holds(thread_.slot, role);
    e.as = as;
    request_.set_held(thread_.slot, role, Held::none);
    if (as == Held::pin && large) page().pins = static_cast<std::int8_t>(page().pins - 1);
    drop(index, release_weight(system_, world_, index, as), e);
  }

  void pin(Role role, bool from_page) {
    const bool large = system_.large(page_index());
    const bool skipped = page().backing == Backing::zero &&
                         system_.arithmetic.zero_pins_are_noops &&
                         (!from_page || system_.arithmetic.page_pins_skip_zero);
    const int weight = skipped ? 0 : pin_weight(large, system_.arithmetic);
    acquire(role, Held::pin, weight, large && !skipped ? 1 : 0, from_page);
  }

  void pin_rest(Role role) {
    const bool large = system_.large(page_index());
    acquire(role, Held::pin, large ? 0 : system_.arithmetic.bias - 1, large ? 1 : 0, false);
  }

  void take(int page) {
    request_.slot[thread_.slot] = static_cast<std::uint8_t>(page);
    request_.left_out = static_cast<std::uint8_t>(request_.left_out & ~(1 << thread_.slot));
    request_.ghost = static_cast<std::uint8_t>(request_.ghost & ~(17 << thread_.slot));
  }

  void touch(EventKind kind) { tell(event(kind, page_index())); }

  /// What goes to a page of the page cache for a user's request is to be saved; nothing but the
  /// request knows.
  void write(EventKind kind) {
    touch(kind);
    if (page().backing == Backing::file && page().has(kCached) && request_.has(kUserBacked))
      page().flags |= kUnsaved;
  }

  void run_page(const Effect& effect);
  void run_pipe(const Effect& effect);
  void run_local(const Effect& effect);
  void release_buffer(Pipe& pipe, int position);
  static void move_down(Pipe& pipe);
};

void Execution::run_page(const Effect& effect) {
  const auto role = static_cast<Role>(effect.a);
  switch (effect.op) {
    case Do::get: return acquire(role, Held::get, 1, 0, true);
    case Do::put: return release(role, Held::get);
    case Do::pin: return pin(role, false);
    case Do::pin_page: return pin(role, true);
    case Do::pin_rest: return pin_rest(role);
    case Do::unpin: return release(role, Held::pin);
    case Do::move:
      request_.set_held(thread_.slot, static_cast<Role>(effect.b),
                        request_.holds(thread_.slot, role));
      request_.set_held(thread_.slot, role, Held::none);
      return;
    case Do::set: page().flags = static_cast<std::uint16_t>(page().flags | effect.b); return;
    case Do::clear: page().flags = static_cast<std::uint16_t>(page().flags & ~effect.b); return;
    case Do::map:
      if (page().backing != Backing::zero) add(page_index(), 1);
      page().flags |= kMapped;
      return;
    case Do::unmap: {
      const bool counted = page().backing != Backing::zero;
      if (page().has(kPteDirty) && page().backing == Backing::file) page().flags |= kDirty;
      page().flags =
          static_cast<std::uint16_t>(page().flags & ~(kMapped | kPteWritable | kPteDirty));
      if (counted) drop_structural(page_index(), 1);
      return;
    }
    case Do::attach_private: page().flags |= kPrivate; return add(page_index(), 1);
    case Do::drop_private:
      page().flags = static_cast<std::uint16_t>(page().flags & ~kPrivate);
      return drop_structural(page_index(), 1);
    case Do::drop_cache:
      page().flags = static_cast<std::uint16_t>(page().flags & ~(kCached | kUnsaved));
      return drop_structural(page_index(), system_.nr_pages(page_index()));
    case Do::freeze: {
      Event e = event(EventKind::frozen, page_index());
      e.before = page().ref;
      page().ref = 0;
      return tell(e);
    }
    case Do::unfreeze:
      page().ref = effect.a + (page().has(kCached) ? system_.nr_pages(page_index()) : 0);
      return;
    case Do::free_frozen:
      page().flags = static_cast<std::uint16_t>(page().flags & ~kCached);
      request_.set_held(thread_.slot, Role::array, Held::none);
      return free_page(page_index());
    case Do::free_object:
      page().flags = static_cast<std::uint16_t>(page().flags & ~kCached);
      mark_stale(page_index());
      return drop_structural(page_index(), 1);
    case Do::device_read: return touch(EventKind::device_read);
    case Do::device_write: return write(EventKind::device_write);
    case Do::cpu_write: return write(EventKind::cpu_write);
    case Do::writeback_read:
      page().flags = static_cast<std::uint16_t>(page().flags & ~kUnsaved);
      return;
    case Do::start_writeback:
      page().flags |= kWriteback;
      return touch(EventKind::writeback_started);
    case Do::end_writeback:
      page().flags = static_cast<std::uint16_t>(page().flags & ~kWriteback);
      return;
    case Do::dirty:
      touch(EventKind::dirtied);
      page().flags |= kDirty;
      return;
    default: return;
  }
}

void Execution::move_down(Pipe& pipe) {
  for (int k = 1; k < pipe.count; ++k) pipe.ring[k - 1] = pipe.ring[k];
  pipe.ring[--pipe.count] = {};
}

/// pipe_buf_release of one buffer; keeps the ring compact.
void Execution::release_buffer(Pipe& pipe, int position) {
  if (pipe.count == 0) return;
  const int page = pipe.ring[position].page();
  if (position == 0)
    move_down(pipe);
  else
    pipe.ring[--pipe.count] = {};
  drop_structural(page, 1);
}

void Execution::run_pipe(const Effect& effect) {
  Pipe& pipe = world_.pipe[effect.a];
  switch (effect.op) {
    case Do::pipe_lock: pipe.locked = 1; return;
    case Do::pipe_unlock: pipe.locked = 0; return;
    case Do::pipe_push: {
      pipe.ring[pipe.count++] =
          PipeBuffer::make(page_index(), static_cast<BufferOps>(effect.b >> 2 & 3));
      request_.set_held(thread_.slot, static_cast<Role>(effect.b & 3), Held::none);
      return;
    }
    case Do::pipe_peek: return take(pipe.ring[thread_.slot].page());
    case Do::pipe_drop_head: return release_buffer(pipe, 0);
    case Do::pipe_drop_tail: return release_buffer(pipe, pipe.count > 0 ? pipe.count - 1 : 0);
    case Do::pipe_keep_head:
      pipe.tmp_page = static_cast<std::uint8_t>(pipe.ring[0].page());
      return move_down(pipe);
    case Do::pipe_take_tmp: {
      const int index = pipe.tmp_page;
      pipe.tmp_page = kNoPage;
      take(index);
      request_.set_held(thread_.slot, static_cast<Role>(effect.b), Held::get);
      return mark_stale(index, actor_);
    }
    case Do::pipe_drop_tmp: {
      const int index = pipe.tmp_page;
      pipe.tmp_page = kNoPage;
      return drop_structural(index, 1);
    }
    case Do::pipe_close: pipe.open = static_cast<std::uint8_t>(pipe.open - effect.b); return;
    case Do::pipe_dup_head: {
      const PipeBuffer head = pipe.ring[0];
      Pipe& other = world_.pipe[effect.b];
      other.ring[other.count++] = head;
      Event e = event(EventKind::acquired, head.page());
      e.as = Held::get;
      e.from_page = e.structural = true;
      e.before = world_.page[head.page()].ref;
      add(head.page(), 1);
      e.after = world_.page[head.page()].ref;
      return tell(e);
    }
    default: return;
  }
}

void Execution::run_local(const Effect& effect) {
  switch (effect.op) {
    case Do::alloc: {
      const int index = free_page_index(system_, world_);
      world_.page[index] = {1, 0, Backing::pipe, 0};
      take(index);
      request_.set_held(thread_.slot, static_cast<Role>(effect.a), Held::get);
      return;
    }
    case Do::leave_out:
      request_.left_out = static_cast<std::uint8_t>(request_.left_out | 1 << thread_.slot);
      return;
    case Do::first_slot: thread_.slot = 0; return;
    case Do::next_slot: ++thread_.slot; return;
    case Do::count_here: request_.count = thread_.slot; return;
    case Do::cut_here:
      request_.count = thread_.slot;
      for (int slot = thread_.slot; slot < kMaxSlots; ++slot) request_.slot[slot] = kNoPage;
      return;
    case Do::count_is: request_.count = effect.a; return;
    case Do::request_set:
      request_.flags = static_cast<std::uint16_t>(request_.flags | effect.b);
      return;
    case Do::complete: request_.flags |= kCompleted; return;
    case Do::leave: --world_.tasks[effect.a]; return;
    case Do::refuse:
      request_.flags |= kRefused | kFailed;
      return tell(event(EventKind::refused, kNoPage));
    default: return;
  }
}

void Execution::run(const Effect& effect) {
  if (effect.op <= Do::dirty) return run_page(effect);
  if (effect.op >= Do::pipe_lock && effect.op <= Do::pipe_dup_head) return run_pipe(effect);
  run_local(effect);
}

}  // namespace

void System::flatten() {
  for (const Program& program : programs) {
    FlatThread thread{static_cast<std::uint32_t>(steps.size()),
                      static_cast<std::uint8_t>(program.size())};
    for (const Step& step : program) {
      const auto begin = static_cast<std::uint32_t>(outcomes.size());
      for (const Outcome& outcome : step.outcomes) {
        FlatOutcome flat{};
        flat.test_begin = static_cast<std::uint16_t>(tests.size());
        tests.insert(tests.end(), outcome.when.begin(), outcome.when.end());
        flat.test_end = static_cast<std::uint16_t>(tests.size());
        flat.effect_begin = static_cast<std::uint16_t>(effects.size());
        effects.insert(effects.end(), outcome.effects.begin(), outcome.effects.end());
        flat.effect_end = static_cast<std::uint16_t>(effects.size());
        flat.coverage = outcome.id;
        flat.next = static_cast<std::uint8_t>(outcome.next);
        flat.fault = outcome.fault;
        outcomes.push_back(flat);
      }
      steps.push_back({begin, static_cast<std::uint32_t>(outcomes.size())});
    }
    threads.push_back(thread);
  }
}

bool holds(const System& system, const World& world, int thread, const Test& test) {
  return answer(system, world, thread, test) == test.expect;
}

void enabled(const System& system, const World& world, int thread, Choices& choices) {
  if (system.finished(world, thread)) return;
  const FlatStep& step = system.flat_step(world, thread);
  for (std::uint32_t o = step.outcome_begin; o < step.outcome_end; ++o) {
    const FlatOutcome& outcome = system.outcomes[o];
    bool all = true;
    for (int t = outcome.test_begin; all && t < outcome.test_end; ++t)
      all = holds(system, world, thread, system.tests[t]);
    if (!all) continue;
    choices.item[choices.size++] = {static_cast<std::uint8_t>(thread),
                                    static_cast<std::uint8_t>(o - step.outcome_begin)};
  }
}

void enabled(const System& system, const World& world, Choices& choices) {
  choices.size = 0;
  for (int thread = 0; thread < system.thread_count(); ++thread)
    enabled(system, world, thread, choices);
}

void apply(const System& system, World& world, Choice choice, const Observer& observer) {
  const int thread = choice.thread;
  const FlatOutcome& outcome = system.outcome_of(world, choice);
  Execution execution(system, world, thread, observer);
  for (int e = outcome.effect_begin; e < outcome.effect_end; ++e) execution.run(system.effects[e]);
  world.thread[thread].pc = outcome.next;
}

}  // namespace pincheck
