// SPDX-License-Identifier: MIT
#include "model/machine/machine.hpp"

#include <stdexcept>
#include <utility>

#include "model/machine/meaning.hpp"

namespace pincheck {
namespace {

int free_page_index(const System& system, const World& world) {
  for (int page = 0; page < system.pages; ++page)
    if (world.page[page].has(kFree) && !system.large(page)) return page;
  return -1;
}

/// The questions of effect.hpp and meaning.hpp, answered from a world. Pages are numbers.
class Onlooker {
 public:
  Onlooker(const System& system, const World& world, int thread)
      : system_(system),
        world_(world),
        thread_(world.thread[thread]),
        request_(world.request[thread / 2]) {}

  int page() const { return request_.slot[thread_.slot]; }
  int head(int pipe) const { return world_.pipe[pipe].ring[0].page(); }
  int peek(int pipe) const { return world_.pipe[pipe].ring[thread_.slot].page(); }
  int slot() const { return thread_.slot; }
  Held held(Role role) const { return request_.holds(thread_.slot, role); }
  int buffers(int pipe) const { return world_.pipe[pipe].count; }
  int nr_pages(int page) const { return system_.nr_pages(page); }

  bool has(int page, PageFlag mask) const { return world_.page[page].has(mask); }
  bool pte_has(int page, int mm, PteFlag mask) const { return world_.pte[mm][page].has(mask); }
  template <class Is>
  bool counts(int page, const Is& is) const {
    return is(world_.page[page]);
  }
  bool large(int page) const { return system_.large(page); }
  bool maybe_pinned(int page) const {
    return maybe_dma_pinned(world_.page[page], large(page), system_.arithmetic);
  }
  bool unused(int page, const Counted& count) const {
    return count.after == 0 && count.amount != 0 && !world_.page[page].has(kFree);
  }
  template <class Is>
  bool slots(const Is& is) const {
    return is(request_, thread_.slot);
  }
  bool requested(int mask) const { return request_.has(static_cast<std::uint16_t>(mask)); }
  template <class Is>
  bool ends(int pipe, const Is& is) const {
    return is(world_.pipe[pipe]);
  }
  template <class Is>
  bool ring(int pipe, const Is& is) const {
    return is(world_.pipe[pipe], thread_.slot);
  }
  bool available() const { return free_page_index(system_, world_) >= 0; }
  bool all_left(int process) const { return world_.tasks[process] == 0; }

 protected:
  const System& system_;

 private:
  const World& world_;
  const Thread& thread_;
  const Request& request_;
};

/// The primitives of effect.hpp, carried out by a thread in a world.
class Execution : public Onlooker {
 public:
  Execution(const System& system, World& world, int thread, const Observer& observer)
      : Onlooker(system, world, thread),
        world_(world),
        thread_(world.thread[thread]),
        actor_(static_cast<std::uint8_t>(thread / 2)),
        request_(world.request[thread / 2]),
        observer_(observer) {}

  void set(int page, PageFlag mask) {
    world_.page[page].flags = static_cast<std::uint16_t>(world_.page[page].flags | mask);
  }
  void clear(int page, PageFlag mask) {
    world_.page[page].flags = static_cast<std::uint16_t>(world_.page[page].flags & ~mask);
  }
  void set_pte(int page, int mm, PteFlag mask) {
    Pte& pte = world_.pte[mm][page];
    pte.flags = static_cast<std::uint16_t>(pte.flags | mask);
  }
  void clear_pte(int page, int mm, PteFlag mask) {
    Pte& pte = world_.pte[mm][page];
    pte.flags = static_cast<std::uint16_t>(pte.flags & ~mask);
  }
  void free(int page) {
    world_.page[page].flags = kFree;
    forget_ptes(page);
  }

  Counted add(int page, Amount amount) { return count(page, weight(page, amount)); }
  Counted sub(int page, Amount amount) {
    const Weight w = weight(page, amount);
    return count(page, {-w.ref, -w.pins});
  }
  Counted set_count(int page, int ref) {
    const std::int32_t before = world_.page[page].ref;
    world_.page[page].ref = ref;
    return {before, ref, 0};
  }

  void hold(Role role, Held held) { request_.set_held(thread_.slot, role, held); }
  void note_pin() { add(request_.pinned_slots, slot()); }
  /// Slots that still point at a page whose contents now belong to somebody else.
  void forget(int page) { forget_but(page, nullptr); }
  void forget_elsewhere(int page) { forget_but(page, &request_.slot[thread_.slot]); }

  void emit(int page, Event event) const {
    event.page = static_cast<std::uint8_t>(page);
    complete(event.from, page);
    complete(event.to, page);
    emit(event);
  }
  void emit(Event event) const {
    event.actor = actor_;
    event.slot = static_cast<std::uint8_t>(thread_.slot);
    observer_(system_, world_, event);
  }

  int alloc() {
    const int page = free_page_index(system_, world_);
    world_.page[page] = {1, 0, Backing::pipe, 0};
    forget_ptes(page);
    return page;
  }
  void fill_slot(int page) {
    request_.slot[thread_.slot] = static_cast<std::uint8_t>(page);
    for (SlotSet* slots : {&request_.left_out, &request_.stale_slots, &request_.pinned_slots})
      *slots = static_cast<SlotSet>(*slots & ~(1 << thread_.slot));
  }
  void leave_out() { add(request_.left_out, thread_.slot); }
  void set_pages(int count) { request_.count = static_cast<std::uint8_t>(count); }
  void empty_slots() {
    for (int slot = thread_.slot; slot < kMaxSlots; ++slot) request_.slot[slot] = kNoPage;
  }
  void go_to(int slot) { thread_.slot = static_cast<Thread::Place>(slot); }

  void lock(int pipe, bool locked) { world_.pipe[pipe].locked = locked ? 1 : 0; }
  void close(int pipe, int ends) {
    world_.pipe[pipe].open = static_cast<std::uint8_t>(world_.pipe[pipe].open - ends);
  }
  void push(int pipe, int page, BufferOps ops) {
    Pipe& to = world_.pipe[pipe];
    to.ring[to.count++] = PipeBuffer::make(page, ops);
  }
  /// Keeps the ring compact.
  int pop(int pipe, bool oldest) {
    Pipe& from = world_.pipe[pipe];
    const int page = from.ring[oldest ? 0 : from.count - 1].page();
    for (int k = 1; oldest && k < from.count; ++k) from.ring[k - 1] = from.ring[k];
    from.ring[--from.count] = {};
    return page;
  }
  int dup_head(int pipe, int other) {
    const PipeBuffer head = world_.pipe[pipe].ring[0];
    push(other, head.page(), head.ops());
    return head.page();
  }
  void keep_tmp(int pipe, int page) {
    world_.pipe[pipe].tmp_page = static_cast<std::uint8_t>(page);
  }
  int take_tmp(int pipe) { return std::exchange(world_.pipe[pipe].tmp_page, kNoPage); }

  void raise(int mask) { request_.flags = static_cast<std::uint16_t>(request_.flags | mask); }
  void leave(int process) { --world_.tasks[process]; }

 private:
  using SlotSet = Request::SlotSet;
  /// What is counted in `_refcount`, and in `_pincount`.
  struct Weight {
    int ref;
    int pins;
  };

  World& world_;
  Thread& thread_;
  std::uint8_t actor_;
  Request& request_;
  const Observer& observer_;

  static void add(SlotSet& slots, int slot) { slots = static_cast<SlotSet>(slots | 1 << slot); }
  void complete(Reference& reference, int page) const {
    if (reference.kind == Reference::Kind::nobody) return;
    reference.page = static_cast<std::uint8_t>(page);
    if (reference.kind != Reference::Kind::request) return;
    reference.owner = actor_;
    reference.place = static_cast<std::uint8_t>(thread_.slot);
  }
  Weight pin_of(int page, bool skips_zero) const {
    if (skips_zero && world_.page[page].backing == Backing::zero) return {0, 0};
    return {pin_weight(large(page), system_.arithmetic), large(page) ? 1 : 0};
  }
  Weight weight(int page, Amount amount) const {
    const Arithmetic& numbers = system_.arithmetic;
    switch (amount) {
      case Amount::one: return {1, 0};
      case Amount::subpages: return {nr_pages(page), 0};
      case Amount::pin: return pin_of(page, numbers.zero_pins_are_noops);
      case Amount::page_pin:
        return pin_of(page, numbers.zero_pins_are_noops && numbers.page_pins_skip_zero);
      case Amount::rest_of_pin: return large(page) ? Weight{0, 1} : Weight{numbers.bias - 1, 0};
    }
    return {0, 0};
  }
  Counted count(int page, Weight by) {
    Page& p = world_.page[page];
    const std::int32_t before = p.ref;
    p.ref = wrap(static_cast<std::int64_t>(before) + by.ref, system_.arithmetic.width);
    p.pins = static_cast<Page::Pins>(p.pins + by.pins);
    return {before, p.ref, by.ref};
  }
  void forget_ptes(int page) {
    for (int mm = 0; mm < system_.mms; ++mm) world_.pte[mm][page] = {};
  }
  void forget_but(int page, const std::uint8_t* own) {
    for (int actor = 0; actor < system_.actors; ++actor) {
      Request& request = world_.request[actor];
      for (int slot = 0; slot < kMaxSlots; ++slot)
        if (request.slot[slot] == page && &request.slot[slot] != own)
          add(request.stale_slots, slot);
    }
  }
};

}  // namespace

namespace {

/// An index in the flat arrays.
std::uint16_t index_at_end(std::size_t size) {
  if (size > UINT16_MAX) throw std::length_error("programs of more than 65535 tests or effects");
  return static_cast<std::uint16_t>(size);
}

}  // namespace

void System::flatten() {
  for (const Program& program : programs) {
    FlatThread thread{static_cast<std::uint32_t>(steps.size()),
                      static_cast<Thread::Place>(program.size())};
    for (const Step& step : program) {
      const auto begin = static_cast<std::uint32_t>(outcomes.size());
      for (const Outcome& outcome : step.outcomes) {
        FlatOutcome flat{};
        flat.test_begin = index_at_end(tests.size());
        tests.insert(tests.end(), outcome.when.begin(), outcome.when.end());
        flat.test_end = index_at_end(tests.size());
        flat.effect_begin = index_at_end(effects.size());
        effects.insert(effects.end(), outcome.effects.begin(), outcome.effects.end());
        flat.effect_end = index_at_end(effects.size());
        flat.coverage = outcome.id;
        flat.next = static_cast<Thread::Place>(outcome.next);
        flat.fault = outcome.fault;
        outcomes.push_back(flat);
      }
      steps.push_back({begin, static_cast<std::uint32_t>(outcomes.size())});
    }
    threads.push_back(thread);
  }
}

bool holds(const System& system, const World& world, int thread, const Test& test) {
  const Onlooker onlooker(system, world, thread);
  return answer(test, onlooker) == test.expect;
}

void enabled(const System& system, const World& world, int thread, Choices& choices) {
  if (system.finished(world, thread)) return;
  const FlatStep& step = system.flat_step(world, thread);
  const Onlooker onlooker(system, world, thread);
  for (std::uint32_t o = step.outcome_begin; o < step.outcome_end; ++o) {
    const FlatOutcome& outcome = system.outcomes[o];
    bool all = true;
    for (int t = outcome.test_begin; all && t < outcome.test_end; ++t)
      all = answer(system.tests[t], onlooker) == system.tests[t].expect;
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
  for (int e = outcome.effect_begin; e < outcome.effect_end; ++e)
    execute(system.effects[e], execution);
  world.thread[thread].pc = outcome.next;
}

}  // namespace pincheck
