// SPDX-License-Identifier: MIT
#include "model/footprint.hpp"

#include <bit>
#include <vector>

namespace pincheck {
namespace {

constexpr int kPerPage = kPageFlagBits + 3;
constexpr int kFirstPipe = kPerPage * kMaxPages;
constexpr int kFirstProcess = kFirstPipe + 2 * kMaxPipes;
constexpr int kFirstOwn = kFirstProcess + kMaxProcesses;
constexpr int kOwn = 9;
static_assert(kFirstOwn + kOwn <= 128);

/// Request flags that have a resource of their own; the others share the last one.
constexpr std::array<int, kOwn - 2> kOwnFlags{kSubmitted, kDeviceDone, kCompleted, kReturned,
                                              kKilled,    kIoError,    kCancelled};
/// Flags that in_flight() and device_may_write() ask about.
constexpr int kFlightFlags = kSubmitted | kDeviceDone | kCancelled | kIoError | kDest;
/// Flags an acquisition's monitors ask about: not-freed-while-in-use and no-late-pin.
constexpr int kAcquireFlags = kFree | kLookedAt;

Resources bit(int index) {
  return index < 64 ? Resources{std::uint64_t{1} << index, 0}
                    : Resources{0, std::uint64_t{1} << (index - 64)};
}

Resources per_page(PageSet pages, int offset) {
  Resources all;
  for (int page = 0; page < kMaxPages; ++page)
    if ((pages >> page & 1) != 0) all |= bit(page * kPerPage + offset);
  return all;
}

/// Follows the effects of one outcome, whose page effects may change slots on the way.
class Tracer {
 public:
  Tracer(const Reach& reach, bool may_free)
      : reach_(reach), slot_(reach.slot), may_free_(may_free) {}

  void test(const Test& test);
  void effect(const Effect& effect);
  Footprint footprint;

 private:
  Reach reach_;
  PageSet slot_;
  bool may_free_;

  void reads(const Resources& what) { footprint.reads |= what; }
  void writes(const Resources& what) { footprint.writes |= what; }
  void drop(PageSet pages) {
    writes(Resources::counts(pages));
    reads(Resources::flags(pages, kFree));
    if (may_free_) writes(Resources::freed(pages));
  }
  /// The monitors of this event look at every holder of the page.
  void looked_at() {
    reads(Resources::counts(slot_));
    reads(Resources::flags(slot_, kAllPageFlags));
    footprint.everybody = true;
  }
  void page_effect(const Effect& effect);
  void pipe_effect(const Effect& effect);
  void local_effect(const Effect& effect);
};

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
      reads(Resources::pipe_ring(test.arg));
      return reads(Resources::counts(reach_.rings));
    case Ask::page_available: return reads(Resources::flags(kAllPages, kFree));
    default: break;
  }
  reads(Resources::slots());
  switch (test.ask) {
    case Ask::page_has: return reads(Resources::flags(slot_, test.arg));
    case Ask::ref_is:
      reads(Resources::flags(slot_, kCached));
      return reads(Resources::counts(slot_));
    case Ask::maybe_pinned:
    case Ask::ref_positive:
    case Ask::ref_nonzero:
    case Ask::backing_is: return reads(Resources::counts(slot_));
    default: return;
  }
}

void Tracer::page_effect(const Effect& effect) {
  reads(Resources::slots());
  switch (effect.op) {
    case Do::get:
    case Do::pin:
    case Do::pin_page:
    case Do::pin_rest:
      reads(Resources::flags(slot_, kAcquireFlags));
      writes(Resources::counts(slot_));
      return writes(Resources::slots());
    case Do::put:
    case Do::unpin:
      reads(Resources::request(kFlightFlags));
      writes(Resources::slots());
      return drop(slot_);
    case Do::move: writes(Resources::counts(slot_)); return writes(Resources::slots());
    case Do::set:
    case Do::clear: return writes(Resources::flags(slot_, effect.b));
    case Do::map: writes(Resources::counts(slot_)); return writes(Resources::flags(slot_, kMapped));
    case Do::unmap:
      writes(Resources::flags(slot_, kMapped | kPteWritable | kPteDirty | kDirty));
      return drop(slot_);
    case Do::attach_private:
      writes(Resources::counts(slot_));
      return writes(Resources::flags(slot_, kPrivate));
    case Do::drop_private: writes(Resources::flags(slot_, kPrivate)); return drop(slot_);
    case Do::drop_cache: writes(Resources::flags(slot_, kCached | kUnsaved)); return drop(slot_);
    case Do::freeze: writes(Resources::counts(slot_)); return looked_at();
    case Do::unfreeze:
      reads(Resources::flags(slot_, kCached));
      return writes(Resources::counts(slot_));
    case Do::free_frozen:
    case Do::free_object:
      writes(Resources::freed(slot_));
      writes(Resources::slots());
      return looked_at();
    case Do::device_read:
    case Do::device_write:
    case Do::cpu_write:
      reads(Resources::request(kFlightFlags | kUserBacked));
      reads(Resources::stale(slot_));
      reads(Resources::counts(slot_));
      reads(Resources::flags(slot_, kFree | kCached | kWriteback));
      if (effect.op != Do::device_read) writes(Resources::flags(slot_, kUnsaved));
      return;
    case Do::writeback_read: return writes(Resources::flags(slot_, kUnsaved));
    case Do::start_writeback:
      reads(Resources::in_flight(slot_));
      writes(Resources::flags(slot_, kWriteback));
      return looked_at();
    case Do::end_writeback: return writes(Resources::flags(slot_, kWriteback));
    case Do::dirty:
      reads(Resources::flags(slot_, kBuffersFs | kCached | kPrivate));
      return writes(Resources::flags(slot_, kDirty));
    default: return;
  }
}

void Tracer::pipe_effect(const Effect& effect) {
  const int pipe = effect.a;
  if (effect.op == Do::pipe_lock || effect.op == Do::pipe_unlock || effect.op == Do::pipe_close)
    return writes(Resources::pipe_lock(pipe));
  if (effect.op == Do::pipe_peek)
    reads(Resources::pipe_ring(pipe));
  else
    writes(Resources::pipe_ring(pipe));
  switch (effect.op) {
    case Do::pipe_push: writes(Resources::counts(slot_)); return writes(Resources::slots());
    case Do::pipe_peek:
    case Do::pipe_take_tmp:
      writes(Resources::slots());
      writes(Resources::in_flight(reach_.listed | reach_.rings));
      writes(Resources::counts(reach_.listed | reach_.rings));
      reach_.listed |= reach_.rings;
      slot_ = reach_.rings;
      if (effect.op == Do::pipe_peek) return;
      footprint.everybody = true;
      return writes(Resources::stale(slot_));
    case Do::pipe_drop_head:
    case Do::pipe_drop_tail:
    case Do::pipe_drop_tmp: return drop(reach_.rings);
    case Do::pipe_dup_head:
      writes(Resources::pipe_ring(effect.b));
      reads(Resources::flags(reach_.rings, kAcquireFlags));
      return writes(Resources::counts(reach_.rings));
    default: return;
  }
}

void Tracer::local_effect(const Effect& effect) {
  switch (effect.op) {
    case Do::first_slot:
    case Do::next_slot: slot_ = reach_.listed; return;
    case Do::alloc:
      slot_ = reach_.listed = kAllPages;
      writes(Resources::whole(kAllPages));
      return writes(Resources::slots());
    case Do::request_set:
    case Do::refuse: {
      const int flags = effect.op == Do::refuse ? kRefused | kFailed : effect.b;
      if ((flags & kFlightFlags) != 0) writes(Resources::in_flight(reach_.listed));
      return writes(Resources::request(flags));
    }
    case Do::complete: return writes(Resources::request(kCompleted));
    case Do::leave: return writes(Resources::process(effect.a));
    default:  // leave_out, count_here, count_is, cut_here
      writes(Resources::in_flight(reach_.listed));
      if (effect.op == Do::cut_here) writes(Resources::counts(reach_.listed));
      return writes(Resources::slots());
  }
}

void Tracer::effect(const Effect& effect) {
  if (effect.op <= Do::dirty) return page_effect(effect);
  if (effect.op >= Do::pipe_lock && effect.op <= Do::pipe_dup_head) return pipe_effect(effect);
  local_effect(effect);
}

Footprint trace_step(const System& system, int thread, int pc, const Reach& reach, bool may_free) {
  Footprint all;
  const FlatStep& step = system.flat_step(thread, pc);
  for (std::uint32_t o = step.outcome_begin; o < step.outcome_end; ++o) {
    const FlatOutcome& outcome = system.outcomes[o];
    Tracer tracer(reach, may_free);
    for (int t = outcome.test_begin; t < outcome.test_end; ++t) tracer.test(system.tests[t]);
    for (int e = outcome.effect_begin; e < outcome.effect_end; ++e)
      tracer.effect(system.effects[e]);
    all |= tracer.footprint;
  }
  return all;
}

/// A step that fills a slot from elsewhere.
bool takes_pages(const System& system, int thread, int pc) {
  const FlatStep& step = system.flat_step(thread, pc);
  for (std::uint32_t o = step.outcome_begin; o < step.outcome_end; ++o) {
    const FlatOutcome& outcome = system.outcomes[o];
    for (int e = outcome.effect_begin; e < outcome.effect_end; ++e) {
      const Do op = system.effects[e].op;
      if (op == Do::alloc || op == Do::pipe_peek || op == Do::pipe_take_tmp) return true;
    }
  }
  return false;
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

Resources Resources::counts(PageSet pages) { return per_page(pages, kPageFlagBits); }
Resources Resources::in_flight(PageSet pages) { return per_page(pages, kPageFlagBits + 1); }
Resources Resources::stale(PageSet pages) { return per_page(pages, kPageFlagBits + 2); }
Resources Resources::pipe_lock(int pipe) { return bit(kFirstPipe + 2 * pipe); }
Resources Resources::pipe_ring(int pipe) { return bit(kFirstPipe + 2 * pipe + 1); }
Resources Resources::process(int process) { return bit(kFirstProcess + process); }
Resources Resources::slots() { return bit(kFirstOwn); }

Resources Resources::flags(PageSet pages, int mask) {
  Resources all;
  for (int rest = mask; rest != 0; rest &= rest - 1)
    all |= per_page(pages, std::countr_zero(static_cast<unsigned>(rest)));
  return all;
}

Resources Resources::whole(PageSet pages) { return freed(pages) | in_flight(pages); }

Resources Resources::freed(PageSet pages) {
  return counts(pages) | stale(pages) | flags(pages, kAllPageFlags);
}

Resources Resources::request(int mask) {
  constexpr int kFirst = kFirstOwn + 1;
  Resources all;
  for (std::size_t i = 0; i < kOwnFlags.size(); ++i) {
    if ((mask & kOwnFlags[i]) != 0) all |= bit(kFirst + static_cast<int>(i));
    mask &= ~kOwnFlags[i];
  }
  if (mask != 0) all |= bit(kFirst + static_cast<int>(kOwnFlags.size()));
  return all;
}

Footprint& Footprint::operator|=(const Footprint& other) {
  reads |= other.reads;
  writes |= other.writes;
  everybody = everybody || other.everybody;
  return *this;
}

PageSet Footprint::pages() const {
  PageSet found = 0;
  for (int page = 0; page < kMaxPages; ++page) {
    const auto one = static_cast<PageSet>(1 << page);
    const Resources own = Resources::counts(one) | Resources::flags(one, kAllPageFlags);
    if ((reads | writes).meets(own)) found |= one;
  }
  return found;
}

std::uint8_t Footprint::pipes() const {
  std::uint8_t found = 0;
  for (int pipe = 0; pipe < kMaxPipes; ++pipe)
    if ((reads | writes).meets(Resources::pipe_lock(pipe) | Resources::pipe_ring(pipe)))
      found = static_cast<std::uint8_t>(found | 1 << pipe);
  return found;
}

std::uint8_t Footprint::processes() const {
  std::uint8_t found = 0;
  for (int process = 0; process < kMaxProcesses; ++process)
    if ((reads | writes).meets(Resources::process(process)))
      found = static_cast<std::uint8_t>(found | 1 << process);
  return found;
}

Footprint Footprint::shared() const {
  static_assert(kFirstOwn > 64);
  constexpr std::uint64_t kShared = (std::uint64_t{1} << (kFirstOwn - 64)) - 1;
  return {{reads.low, reads.high & kShared}, {writes.low, writes.high & kShared}, everybody};
}

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

Footprint footprint(const System& system, int thread, int pc, const Reach& reach) {
  return trace_step(system, thread, pc, reach, false);
}

Footprint future(const System& system, int thread, int pc, PageSet listed) {
  const auto steps = reachable_steps(system, thread, pc);
  Reach reach{listed, listed, kAllPages};
  for (const int step : steps)
    if (takes_pages(system, thread, step)) reach = {kAllPages, kAllPages, kAllPages};
  Footprint all;
  for (const int step : steps) all |= trace_step(system, thread, step, reach, true);
  return all;
}

Footprint now(const System& system, const World& world, int thread) {
  Footprint all;
  const Reach from = reach(system, world, thread);
  const FlatStep& step = system.flat_step(world, thread);
  for (std::uint32_t o = step.outcome_begin; o < step.outcome_end; ++o) {
    const FlatOutcome& outcome = system.outcomes[o];
    Tracer tracer(from, false);
    bool enabled = true;
    for (int t = outcome.test_begin; t < outcome.test_end; ++t) {
      tracer.test(system.tests[t]);
      enabled = enabled && holds(system, world, thread, system.tests[t]);
    }
    all |= tracer.footprint;
    if (!enabled) continue;
    for (int e = outcome.effect_begin; e < outcome.effect_end; ++e)
      tracer.effect(system.effects[e]);
    all |= tracer.footprint;
    World next = world;
    PageSet freed = 0;
    apply(system, next,
          {static_cast<std::uint8_t>(thread), static_cast<std::uint8_t>(o - step.outcome_begin)},
          {&collect_freed, &freed});
    if (freed == 0) continue;
    all.writes |= Resources::freed(freed);
    all.everybody = true;
  }
  return all;
}

}  // namespace pincheck
