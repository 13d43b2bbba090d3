// SPDX-License-Identifier: MIT
#include "model/footprint.hpp"

#include <vector>

namespace pincheck {
namespace {

/// Flags that say whether a device may be touching the pages, and how.
constexpr int kFlightFlags = kSubmitted | kDeviceDone | kCancelled | kIoError | kDest;
/// State bits that hold a reference.
constexpr int kHolders = kCached | kMapped | kPrivate | kFree;

/// Follows the effects of one outcome, whose page effects may change slots on the way.
class Tracer {
 public:
  Tracer(const Watched& watched, const Reach& reach, bool may_free)
      : watched_(watched), reach_(reach), slot_(reach.slot), may_free_(may_free) {}

  void test(const Test& test);
  void effect(const Effect& effect);
  /// A page is freed for sure.
  void frees(PageSet pages) {
    writes(Resources::freed(pages));
    footprint.everybody = true;
    told(EventKind::freed, pages);
  }
  Footprint footprint;
  bool takes = false;  ///< it fills a slot from elsewhere

 private:
  const Watched& watched_;
  Reach reach_;
  PageSet slot_;
  bool may_free_;

  void reads(const Resources& what) { footprint.reads |= what; }
  void writes(const Resources& what) { footprint.writes |= what; }
  void told(EventKind kind, PageSet pages, bool structural = false);
  void drop(PageSet pages, bool structural);
  void acquire();
  void move();
  void release();
  void drop_structural(PageSet pages, int flags);
  void hold_structurally(int flag);
  void writes_flags(int mask);
  void freeze();
  void unfreeze();
  void free();
  void touch(EventKind kind, int flags);
  void write(EventKind kind);
  void take(PageSet from);
  void alloc();
  void push(int pipe);
  void take_from(int pipe, bool away);
  void drop_buffer(int pipe);
  void dup_head(const Effect& effect);
  void choose_slots(bool shorten);
  void request(int flags);
  void unknown();
};

/// Those who watch look at the world, the event's page being one of these.
void Tracer::told(EventKind kind, PageSet pages, bool structural) {
  const std::optional<Reads>& what = watched_.of(kind, structural);
  if (!what) {
    reads(Resources::everything());
    footprint.everybody = true;
    return;
  }
  reads(Resources::flags(pages, what->page) | Resources::request(what->request));
  if (what->counters || what->holders) reads(Resources::counts(pages));
  if (what->holders) reads(Resources::flags(pages, kHolders));
  if (what->in_flight) reads(Resources::in_flight(pages));
  if (what->stale) reads(Resources::stale(pages));
  if (what->slots || what->stale) reads(Resources::slots());
  if (what->holders || what->in_flight) footprint.everybody = true;
}

void Tracer::test(const Test& test) {
  switch (test.ask) {
    case Ask::first_slot: return;
    case Ask::request_has: return reads(Resources::request(test.arg));
    case Ask::pipe_locked:
    case Ask::pipe_has_readers: return reads(Resources::pipe_lock(test.arg));
    case Ask::pipe_last: return reads(Resources::pipe_lock(pipe_of(test)));
    case Ask::process_left: return reads(Resources::process(test.arg));
    case Ask::pipe_has_room:
    case Ask::pipe_empty:
    case Ask::pipe_reaches:
    case Ask::pipe_reaches_next:
    case Ask::has_tmp_page: return reads(Resources::pipe_ring(test.arg));
    case Ask::head_recyclable:
    case Ask::head_ref_positive:
      return reads(Resources::pipe_ring(test.arg) | Resources::counts(reach_.rings));
    case Ask::page_available: return reads(Resources::flags(kAllPages, kFree));
    case Ask::page_has: return reads(Resources::slots() | Resources::flags(slot_, test.arg));
    case Ask::ref_is:
      return reads(Resources::slots() | Resources::flags(slot_, kCached) |
                   Resources::counts(slot_));
    case Ask::maybe_pinned:
    case Ask::ref_positive:
    case Ask::ref_nonzero:
    case Ask::backing_is: return reads(Resources::slots() | Resources::counts(slot_));
    case Ask::large:
    case Ask::slot_empty:
    case Ask::in_io:
    case Ask::same_as_previous:
    case Ask::listed_before:
    case Ask::more_slots:
    case Ask::more_listed: return reads(Resources::slots());
  }
  unknown();
}

void Tracer::drop(PageSet pages, bool structural) {
  reads(Resources::slots());
  writes(Resources::counts(pages));
  reads(Resources::flags(pages, kFree));
  told(EventKind::released, pages, structural);
  if (!may_free_) return;
  writes(Resources::freed(pages));
  told(EventKind::freed, pages);
}

void Tracer::acquire() {
  writes(Resources::counts(slot_) | Resources::slots());
  told(EventKind::acquired, slot_);
}

void Tracer::move() { writes(Resources::counts(slot_) | Resources::slots()); }

void Tracer::release() {
  writes(Resources::slots());
  drop(slot_, false);
}

void Tracer::drop_structural(PageSet pages, int flags) {
  writes_flags(flags);
  drop(pages, true);
}

/// Cache, PTE or buffers take a reference of their own.
void Tracer::hold_structurally(int flag) {
  writes(Resources::counts(slot_));
  writes_flags(flag);
}

void Tracer::writes_flags(int mask) {
  reads(Resources::slots());
  writes(Resources::flags(slot_, mask));
}

void Tracer::freeze() {
  reads(Resources::slots());
  writes(Resources::counts(slot_));
  told(EventKind::frozen, slot_);
}

void Tracer::unfreeze() {
  reads(Resources::slots() | Resources::flags(slot_, kCached));
  writes(Resources::counts(slot_));
}

/// The page's contents go to somebody else: slots that point at it are marked in every request.
void Tracer::free() {
  writes(Resources::slots());
  frees(slot_);
}

/// The page is touched, and its state bits change.
void Tracer::touch(EventKind kind, int flags) {
  told(kind, slot_);
  writes_flags(flags);
}

/// A write that may be one to save.
void Tracer::write(EventKind kind) {
  reads(Resources::request(kUserBacked) | Resources::counts(slot_));
  reads(Resources::flags(slot_, kCached));
  touch(kind, kUnsaved);
}

/// A page of these into a slot.
void Tracer::take(PageSet from) {
  takes = true;
  slot_ = from;
  reach_.listed |= from;
  writes(Resources::slots());
}

void Tracer::alloc() {
  take(kAllPages);
  footprint.by_number = true;
  writes(Resources::whole(kAllPages));
}

void Tracer::push(int pipe) {
  writes(Resources::pipe_ring(pipe) | Resources::counts(slot_) | Resources::slots());
}

/// A page in the pipe into a slot; `away` is for tmp_page, which is somebody else's from then on.
void Tracer::take_from(int pipe, bool away) {
  const Resources ring = Resources::pipe_ring(pipe);
  if (away)
    writes(ring | Resources::stale(reach_.rings));
  else
    reads(ring);
  const PageSet pages = reach_.listed | reach_.rings;
  writes(Resources::in_flight(pages) | Resources::counts(pages));
  take(reach_.rings);
  footprint.everybody = footprint.everybody || away;
}

void Tracer::drop_buffer(int pipe) {
  writes(Resources::pipe_ring(pipe));
  drop(reach_.rings, true);
}

void Tracer::dup_head(const Effect& effect) {
  writes(Resources::pipe_ring(effect.a) | Resources::pipe_ring(effect.b));
  writes(Resources::counts(reach_.rings));
  told(EventKind::acquired, reach_.rings, true);
}

/// Slots leave the I/O; with `shorten` they hold no page any more.
void Tracer::choose_slots(bool shorten) {
  writes(Resources::slots() | Resources::in_flight(reach_.listed));
  if (shorten) writes(Resources::counts(reach_.listed));
}

void Tracer::request(int flags) {
  if ((flags & kFlightFlags) != 0) writes(Resources::in_flight(reach_.listed));
  writes(Resources::request(flags));
}

void Tracer::unknown() {
  reads(Resources::everything());
  writes(Resources::everything());
  footprint.everybody = footprint.by_number = takes = true;
  slot_ = reach_.listed = kAllPages;
}

/// Every effect has its case, so that the compiler tells which one is forgotten.
void Tracer::effect(const Effect& effect) {
  switch (effect.op) {
    case Do::get:
    case Do::pin:
    case Do::pin_page:
    case Do::pin_rest: return acquire();
    case Do::put:
    case Do::unpin: return release();
    case Do::move: return move();
    case Do::set:
    case Do::clear: return writes_flags(effect.b);
    case Do::map: return hold_structurally(kMapped);
    case Do::unmap: return drop_structural(slot_, kMapped | kPteWritable | kPteDirty | kDirty);
    case Do::attach_private: return hold_structurally(kPrivate);
    case Do::drop_private: return drop_structural(slot_, kPrivate);
    case Do::drop_cache: return drop_structural(slot_, kCached | kUnsaved);
    case Do::freeze: return freeze();
    case Do::unfreeze: return unfreeze();
    case Do::free_frozen: return free();
    case Do::free_object: told(EventKind::released, slot_, true); return free();
    case Do::device_read: return touch(EventKind::device_read, 0);
    case Do::device_write: return write(EventKind::device_write);
    case Do::cpu_write: return write(EventKind::cpu_write);
    case Do::writeback_read: return writes_flags(kUnsaved);
    case Do::start_writeback: return touch(EventKind::writeback_started, kWriteback);
    case Do::end_writeback: return writes_flags(kWriteback);
    case Do::dirty: return touch(EventKind::dirtied, kDirty);
    case Do::alloc: return alloc();
    case Do::pipe_lock:
    case Do::pipe_unlock:
    case Do::pipe_close: return writes(Resources::pipe_lock(effect.a));
    case Do::pipe_push: return push(effect.a);
    case Do::pipe_peek: return take_from(effect.a, false);
    case Do::pipe_take_tmp: return take_from(effect.a, true);
    case Do::pipe_drop_head:
    case Do::pipe_drop_tail:
    case Do::pipe_drop_tmp: return drop_buffer(effect.a);
    case Do::pipe_keep_head: return writes(Resources::pipe_ring(effect.a));
    case Do::pipe_dup_head: return dup_head(effect);
    case Do::first_slot:
    case Do::next_slot: slot_ = reach_.listed; return;
    case Do::leave_out:
    case Do::count_here:
    case Do::count_is: return choose_slots(false);
    case Do::cut_here: return choose_slots(true);
    case Do::request_set: return request(effect.b);
    case Do::complete: return request(kCompleted);
    case Do::leave: return writes(Resources::process(effect.a));
    case Do::refuse: told(EventKind::refused, 0); return request(kRefused | kFailed);
  }
  unknown();
}

/// The step's footprint, and whether it fills a slot from elsewhere.
struct Traced {
  Footprint footprint;
  bool takes = false;
};

Traced trace_step(const System& system, const Watched& watched, int thread, int pc,
                  const Reach& reach, bool may_free) {
  Traced all;
  const FlatStep& step = system.flat_step(thread, pc);
  for (std::uint32_t o = step.outcome_begin; o < step.outcome_end; ++o) {
    const FlatOutcome& outcome = system.outcomes[o];
    Tracer tracer(watched, reach, may_free);
    for (int t = outcome.test_begin; t < outcome.test_end; ++t) tracer.test(system.tests[t]);
    for (int e = outcome.effect_begin; e < outcome.effect_end; ++e)
      tracer.effect(system.effects[e]);
    all.footprint |= tracer.footprint;
    all.takes = all.takes || tracer.takes;
  }
  return all;
}

/// Steps that can follow from `pc` on, that one included.
std::vector<int> reachable_steps(const System& system, int thread, int pc) {
  const int size = system.threads[thread].steps;
  std::vector<bool> seen(static_cast<std::size_t>(size) + 1);
  std::vector<int> found;
  std::vector<int> open{pc};
  while (!open.empty()) {
    const int at = open.back();
    open.pop_back();
    if (at == size || seen[at]) continue;
    seen[at] = true;
    found.push_back(at);
    const FlatStep& step = system.flat_step(thread, at);
    for (std::uint32_t o = step.outcome_begin; o < step.outcome_end; ++o)
      open.push_back(system.outcomes[o].next);
  }
  return found;
}

/// Freed pages of a step being tried out.
void collect_freed(void* pages, const System&, const World&, const Event& event) {
  if (event.kind == EventKind::freed)
    *static_cast<PageSet*>(pages) |= static_cast<PageSet>(1 << event.page);
}

}  // namespace

Reach reach(const System& system, const World& world, int thread) {
  const auto one = [](int page) {
    return page == kNoPage ? PageSet{0} : static_cast<PageSet>(1 << page);
  };
  const Request& request = world.request[thread / 2];
  Reach found;
  found.slot = one(request.slot[world.thread[thread].slot]);
  for (const std::uint8_t page : request.slot) found.listed |= one(page);
  for (int i = 0; i < system.pipes; ++i) {
    const Pipe& pipe = world.pipe[i];
    for (int k = 0; k < pipe.count; ++k) found.rings |= one(pipe.ring[k].page());
    found.rings |= one(pipe.tmp_page);
  }
  return found;
}

Footprint footprint(const System& system, const Watched& watched, int thread, int pc,
                    const Reach& reach) {
  return trace_step(system, watched, thread, pc, reach, false).footprint;
}

Footprint future(const System& system, const Watched& watched, int thread, int pc, PageSet listed) {
  const auto steps = reachable_steps(system, thread, pc);
  const auto all_from = [&](const Reach& reach) {
    Traced all;
    for (const int step : steps) {
      const Traced one = trace_step(system, watched, thread, step, reach, true);
      all.footprint |= one.footprint;
      all.takes = all.takes || one.takes;
    }
    return all;
  };
  const Traced all = all_from({listed, listed, kAllPages});
  return all.takes ? all_from({kAllPages, kAllPages, kAllPages}).footprint : all.footprint;
}

Footprint now(const System& system, const Watched& watched, const World& world, int thread) {
  Footprint all;
  const Reach from = reach(system, world, thread);
  const FlatStep& step = system.flat_step(world, thread);
  for (std::uint32_t o = step.outcome_begin; o < step.outcome_end; ++o) {
    const FlatOutcome& outcome = system.outcomes[o];
    Tracer tracer(watched, from, false);
    bool enabled = true;
    for (int t = outcome.test_begin; t < outcome.test_end; ++t) {
      tracer.test(system.tests[t]);
      enabled = enabled && holds(system, world, thread, system.tests[t]);
    }
    if (enabled) {
      for (int e = outcome.effect_begin; e < outcome.effect_end; ++e)
        tracer.effect(system.effects[e]);
      World next = world;
      PageSet freed = 0;
      apply(system, next,
            {static_cast<std::uint8_t>(thread), static_cast<std::uint8_t>(o - step.outcome_begin)},
            {&collect_freed, &freed});
      if (freed != 0) tracer.frees(freed);
    }
    all |= tracer.footprint;
  }
  return all;
}

}  // namespace pincheck
