// SPDX-License-Identifier: MIT
#include "model/machine/footprint.hpp"

#include <vector>

#include "model/machine/meaning.hpp"

namespace pincheck {
namespace {

/// Flags that say whether a device may be touching the pages, and how.
constexpr int kFlightFlags = kSubmitted | kDeviceDone | kCancelled | kIoError | kDest;
/// State bits that hold a reference.
constexpr PageFlag kHolders = kCached | kPrivate | kFree;

/// Notes what one outcome's tests and effects read and write. A page is one of a set; effects may
/// change slots on the way.
class Notes {
 public:
  Notes(const Watched& watched, const Reach& reach, bool may_free)
      : watched_(watched), reach_(reach), slot_(reach.slot), may_free_(may_free) {}

  Footprint footprint;
  bool takes = false;  ///< it fills a slot from elsewhere

  PageSet page() {
    reads(Resources::slots());
    return slot_;
  }
  PageSet head(int pipe) { return peek(pipe); }
  PageSet peek(int pipe) {
    reads(Resources::pipe_ring(pipe));
    return reach_.rings;
  }
  static int slot() { return 0; }
  Held held(Role) {
    reads(Resources::slots());
    return Held::get;
  }
  int buffers(int pipe) {
    reads(Resources::pipe_ring(pipe));
    return 1;
  }
  static int nr_pages(PageSet) { return 1; }

  bool has(PageSet pages, PageFlag mask) { return asks(Resources::flags(pages, mask)); }
  bool pte_has(PageSet pages, int mm, PteFlag mask) {
    return asks(Resources::pte(pages, mm, mask));
  }
  template <class Is>
  bool counts(PageSet pages, const Is&) {
    return asks(Resources::counts(pages));
  }
  static bool large(PageSet) { return true; }
  bool maybe_pinned(PageSet pages) { return asks(Resources::counts(pages)); }
  bool unused(PageSet pages, const Counted&) {
    reads(Resources::flags(pages, kFree));
    return may_free_;
  }
  template <class Is>
  bool slots(const Is&) {
    return asks(Resources::slots());
  }
  bool requested(int mask) { return asks(Resources::request(mask)); }
  template <class Is>
  bool ends(int pipe, const Is&) {
    return asks(Resources::pipe_lock(pipe));
  }
  template <class Is>
  bool ring(int pipe, const Is&) {
    return asks(Resources::pipe_ring(pipe));
  }
  bool available() { return asks(Resources::flags(kAllPages, kFree)); }
  bool all_left(int process) { return asks(Resources::process(process)); }

  void set(PageSet pages, PageFlag mask) { writes(Resources::flags(pages, mask)); }
  void clear(PageSet pages, PageFlag mask) { set(pages, mask); }
  void set_pte(PageSet pages, int mm, PteFlag mask) { writes(Resources::pte(pages, mm, mask)); }
  void clear_pte(PageSet pages, int mm, PteFlag mask) { set_pte(pages, mm, mask); }
  void free(PageSet pages) { writes(Resources::freed(pages)); }
  Counted add(PageSet pages, Amount) { return set_count(pages, 0); }
  Counted sub(PageSet pages, Amount) { return set_count(pages, 0); }
  Counted set_count(PageSet pages, int) {
    writes(Resources::counts(pages));
    return {};
  }
  void hold(Role, Held) { writes(Resources::slots() | Resources::counts(slot_)); }
  void note_pin() { writes(Resources::slots()); }
  /// Slots that point at it are marked in every request.
  void forget(PageSet pages) {
    writes(Resources::stale(pages));
    footprint.everybody = true;
  }
  void forget_elsewhere(PageSet pages) { forget(pages); }

  void emit(const Event& event) { emit(PageSet{0}, event); }
  void emit(PageSet pages, const Event& event);

  PageSet alloc() {
    footprint.by_number = true;
    writes(Resources::whole(kAllPages));
    return kAllPages;
  }
  void fill_slot(PageSet from) {
    takes = true;
    slot_ = from;
    reach_.listed |= from;
    writes(Resources::slots() | Resources::in_flight(reach_.listed));
    writes(Resources::counts(reach_.listed));
  }
  void leave_out() { set_pages(0); }
  void set_pages(int) { writes(Resources::slots() | Resources::in_flight(reach_.listed)); }
  void empty_slots() { writes(Resources::slots() | Resources::counts(reach_.listed)); }
  void go_to(int) { slot_ = reach_.listed; }

  void lock(int pipe, bool) { writes(Resources::pipe_lock(pipe)); }
  void close(int pipe, int) { writes(Resources::pipe_lock(pipe)); }
  void push(int pipe, PageSet, BufferOps) { writes(Resources::pipe_ring(pipe)); }
  PageSet pop(int pipe, bool) {
    writes(Resources::pipe_ring(pipe));
    return reach_.rings;
  }
  PageSet dup_head(int pipe, int other) {
    writes(Resources::pipe_ring(other));
    return peek(pipe);
  }
  void keep_tmp(int pipe, PageSet) { writes(Resources::pipe_ring(pipe)); }
  PageSet take_tmp(int pipe) { return pop(pipe, true); }

  void raise(int mask) {
    if ((mask & kFlightFlags) != 0) writes(Resources::in_flight(reach_.listed));
    writes(Resources::request(mask));
  }
  void leave(int process) { writes(Resources::process(process)); }

 private:
  const Watched& watched_;
  Reach reach_;
  PageSet slot_;
  bool may_free_;

  bool asks(const Resources& what) {
    reads(what);
    return true;
  }
  void reads(const Resources& what) { footprint.reads |= what; }
  void writes(const Resources& what) { footprint.writes |= what; }
};

/// Those who watch look at the world, the event's page being one of these.
void Notes::emit(PageSet pages, const Event& event) {
  const std::optional<Reads>& what = watched_.of(event.kind, event.structural);
  if (!what) {
    reads(Resources::everything());
    footprint.everybody = true;
    return;
  }
  reads(Resources::flags(pages, what->page) | Resources::request(what->request));
  if (what->counters || what->holders) reads(Resources::counts(pages));
  if (what->holders) reads(Resources::flags(pages, kHolders) | Resources::ptes(pages, kMapped));
  if (what->in_flight) reads(Resources::in_flight(pages));
  if (what->stale) reads(Resources::stale(pages));
  if (what->slots || what->stale) reads(Resources::slots());
  if (what->holders || what->in_flight) footprint.everybody = true;
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
    Notes notes(watched, reach, may_free);
    for (int t = outcome.test_begin; t < outcome.test_end; ++t) answer(system.tests[t], notes);
    for (int e = outcome.effect_begin; e < outcome.effect_end; ++e)
      execute(system.effects[e], notes);
    all.footprint |= notes.footprint;
    all.takes = all.takes || notes.takes;
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
  found.listed = ActorPart::of(world, thread / 2).pages();
  for (int pipe = 0; pipe < system.pipes; ++pipe) found.rings |= PipePart::of(world, pipe).pages();
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
    Notes notes(watched, from, false);
    bool enabled = true;
    for (int t = outcome.test_begin; t < outcome.test_end; ++t) {
      answer(system.tests[t], notes);
      enabled = enabled && holds(system, world, thread, system.tests[t]);
    }
    if (enabled) {
      for (int e = outcome.effect_begin; e < outcome.effect_end; ++e)
        execute(system.effects[e], notes);
      World next = world;
      PageSet freed = 0;
      apply(system, next,
            {static_cast<std::uint8_t>(thread), static_cast<std::uint8_t>(o - step.outcome_begin)},
            {&collect_freed, &freed});
      if (freed != 0) Meaning<Notes>(notes).free(freed);
    }
    all |= notes.footprint;
  }
  return all;
}

}  // namespace pincheck
