// SPDX-License-Identifier: MIT
// The interpreter against a second one that was written from the instructions' documentation alone:
// the same choices, the same events, the same states, on random runs.
#include "model/naive_interpreter.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>

#include "checker/explore/made_up.hpp"

namespace pincheck {
namespace naive {

// From the fast one's packing.

State plain(const World& world) {
  State state;
  for (const Page& page : world.page)
    state.pages.push_back({page.ref, page.pins, page.backing, page.flags});
  for (const Request& from : world.request) {
    RequestState request;
    request.count = from.count;
    request.flags = from.flags;
    for (int index = 0; index < kMaxSlots; ++index) {
      Slot slot;
      if (from.slot[index] != kNoPage) slot.page = from.slot[index];
      for (const Role role : {Role::array, Role::own, Role::cur, Role::creator})
        if (from.holds(index, role) != Held::none) slot.held[role] = from.holds(index, role);
      slot.left_out = (from.left_out >> index & 1) != 0;
      slot.stale = from.stale(index);
      slot.pinned = from.pinned_for_io(index);
      request.slots.push_back(slot);
    }
    state.requests.push_back(request);
  }
  for (const Pipe& from : world.pipe) {
    PipeState pipe;
    for (int k = 0; k < from.count; ++k)
      pipe.ring.push_back({from.ring[k].page(), from.ring[k].ops(), from.ring[k].gift()});
    if (from.tmp_page != kNoPage) pipe.tmp_page = from.tmp_page;
    pipe.locked = from.locked != 0;
    pipe.readers = from.readers();
    pipe.writers = from.writers();
    state.pipes.push_back(pipe);
  }
  for (const Thread& thread : world.thread) state.threads.push_back({thread.pc, thread.slot});
  for (const std::uint8_t tasks : world.tasks) state.tasks.push_back(tasks);
  return state;
}

// Questions.

std::optional<int> Interpreter::first_free() const {
  for (int page = 0; page < system_.pages; ++page)
    if ((state_.pages[page].flags & kFree) != 0 && !large(page)) return page;
  return {};
}

bool Interpreter::answer_of_page(const PageState& p, int number, const Test& test) const {
  const Arithmetic& numbers = system_.arithmetic;
  switch (test.ask) {
    case Ask::page_has: return (p.flags & test.arg) != 0;
    case Ask::maybe_pinned: {
      if (large(number)) return p.pins > 0;
      const std::int64_t without_sign =
          p.ref >= 0 ? p.ref : p.ref + (std::int64_t{1} << numbers.width);
      return without_sign >= numbers.bias;
    }
    case Ask::ref_is: {
      const bool cached = (p.flags & kCached) != 0;
      return p.ref == test.arg + (cached ? subpages(number) : 0);
    }
    case Ask::ref_positive: return p.ref > 0;
    case Ask::ref_nonzero: return p.ref != 0;
    case Ask::backing_is: return p.backing == static_cast<Backing>(test.arg);
    case Ask::large: return large(number);
    default: FAIL("unknown question"); return false;
  }
}

bool Interpreter::answer_of_slot(int thread, const Test& test) const {
  const RequestState& request = state_.requests[thread / 2];
  const int index = state_.threads[thread].slot;
  const Slot& slot = request.slots[index];
  switch (test.ask) {
    case Ask::slot_empty: return !slot.page;
    case Ask::in_io: return index < request.count && slot.page && !slot.left_out;
    case Ask::same_as_previous: return index > 0 && slot.page == request.slots[index - 1].page;
    case Ask::listed_before:
      for (int earlier = 0; earlier < index; ++earlier)
        if (slot.page && request.slots[earlier].page == slot.page) return true;
      return false;
    case Ask::first_slot: return index == 0;
    case Ask::more_slots: return index + 1 < request.count;
    case Ask::more_listed: return index + 1 < kMaxSlots && request.slots[index + 1].page;
    case Ask::request_has: return (request.flags & test.arg) != 0;
    case Ask::page_available: return first_free().has_value();
    case Ask::process_left: return state_.tasks[test.arg] == 0;
    default: return slot.page && answer_of_page(state_.pages[*slot.page], *slot.page, test);
  }
}

bool Interpreter::answer_of_pipe(int thread, const Test& test) const {
  const PipeState& pipe = state_.pipes[pipe_of(test)];
  const auto index = static_cast<std::size_t>(state_.threads[thread].slot);
  const PageState* head = pipe.ring.empty() ? nullptr : &state_.pages[pipe.ring.front().page];
  switch (test.ask) {
    case Ask::pipe_locked: return pipe.locked;
    case Ask::pipe_has_room: return pipe.ring.size() < kRingSlots;
    case Ask::pipe_empty: return pipe.ring.empty();
    case Ask::pipe_reaches: return index < pipe.ring.size();
    case Ask::pipe_reaches_next: return index + 1 < pipe.ring.size();
    case Ask::head_recyclable:
      return head != nullptr && pipe.ring.front().ops == BufferOps::anon && head->ref == 1 &&
             !pipe.tmp_page;
    case Ask::head_ref_positive: return head != nullptr && head->ref > 0;
    case Ask::has_tmp_page: return pipe.tmp_page.has_value();
    case Ask::pipe_has_readers: return pipe.readers > 0;
    case Ask::pipe_last: {
      const int ends = test.arg >> 4;
      return pipe.readers == ends % 16 && pipe.writers == ends / 16;
    }
    default: FAIL("unknown question"); return false;
  }
}

bool Interpreter::answer(int thread, const Test& test) const {
  switch (test.ask) {
    case Ask::pipe_locked:
    case Ask::pipe_has_room:
    case Ask::pipe_empty:
    case Ask::pipe_reaches:
    case Ask::pipe_reaches_next:
    case Ask::head_recyclable:
    case Ask::head_ref_positive:
    case Ask::has_tmp_page:
    case Ask::pipe_has_readers:
    case Ask::pipe_last: return answer_of_pipe(thread, test);
    default: return answer_of_slot(thread, test);
  }
}

std::vector<Choice> Interpreter::enabled() const {
  std::vector<Choice> choices;
  for (int thread = 0; thread < 2 * system_.actors; ++thread) {
    const Program& program = system_.programs[thread];
    const auto pc = static_cast<std::size_t>(state_.threads[thread].pc);
    if (pc == program.size()) continue;
    const std::vector<Outcome>& outcomes = program[pc].outcomes;
    for (std::size_t outcome = 0; outcome < outcomes.size(); ++outcome) {
      bool all = true;
      for (const Test& test : outcomes[outcome].when)
        if (answer(thread, test) != test.expect) all = false;
      if (all)
        choices.push_back({static_cast<std::uint8_t>(thread), static_cast<std::uint8_t>(outcome)});
    }
  }
  return choices;
}

// Counting.

Slot& Interpreter::slot() { return request().slots[thread().slot]; }

Event Interpreter::event(EventKind kind, int number) {
  Event made{kind};
  made.actor = static_cast<std::uint8_t>(thread_ / 2);
  made.slot = static_cast<std::uint8_t>(thread().slot);
  made.page = static_cast<std::uint8_t>(number);
  return made;
}

/// A counter of so many bits goes round.
void Interpreter::count(int number, int amount) {
  const std::int64_t values = std::int64_t{1} << system_.arithmetic.width;
  std::int64_t ref = std::int64_t{page(number).ref} + amount;
  while (ref >= values / 2) ref -= values;
  while (ref < -values / 2) ref += values;
  page(number).ref = static_cast<int>(ref);
}

/// Whoever lists the page lists something that is not theirs any more.
void Interpreter::forget(int number, const Slot* but) {
  for (int actor = 0; actor < system_.actors; ++actor)
    for (Slot& one : state_.requests[actor].slots)
      if (one.page == number && &one != but) one.stale = true;
}

void Interpreter::free(int number) {
  tell(event(EventKind::freed, number));
  page(number).flags = kFree;
  forget(number, nullptr);
}

void Interpreter::drop(int number, int amount, Event told) {
  told.before = page(number).ref;
  count(number, -amount);
  told.after = page(number).ref;
  tell(told);
  const bool was_free = (page(number).flags & kFree) != 0;
  if (amount != 0 && page(number).ref == 0 && !was_free) free(number);
}

void Interpreter::drop_structural(int number, int amount) {
  Event told = event(EventKind::released, number);
  told.held = Held::get;
  told.as = Held::get;
  told.structural = true;
  drop(number, amount, told);
}

void Interpreter::acquire(Role role, Held as, int amount, bool counts_pin, bool from_page) {
  Event told = event(EventKind::acquired, page_number());
  told.role = role;
  told.as = as;
  told.from_page = from_page;
  told.before = page().ref;
  count(page_number(), amount);
  told.after = page().ref;
  if (counts_pin) ++page().pins;
  slot().held[role] = as;
  if (as == Held::pin && role != Role::creator) slot().pinned = true;
  tell(told);
}

void Interpreter::release(Role role, Held as) {
  const int number = page_number();
  Event told = event(EventKind::released, number);
  told.role = role;
  told.as = as;
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

bool Interpreter::run_counting(const Effect& effect) {
  const auto role = static_cast<Role>(effect.a);
  const Arithmetic& numbers = system_.arithmetic;
  switch (effect.op) {
    case Do::get: acquire(role, Held::get, 1, false, true); return true;
    case Do::put: release(role, Held::get); return true;
    case Do::pin:
    case Do::pin_page: {
      const bool from_page = effect.op == Do::pin_page;
      const bool nothing = page().backing == Backing::zero && numbers.zero_pins_are_noops &&
                           (!from_page || numbers.page_pins_skip_zero);
      const bool counts = large(page_number());
      acquire(role, Held::pin,
              nothing  ? 0
              : counts ? 1
                       : numbers.bias,
              counts && !nothing, from_page);
      return true;
    }
    case Do::pin_rest: {
      const bool counts = large(page_number());
      acquire(role, Held::pin, counts ? 0 : numbers.bias - 1, counts, false);
      return true;
    }
    case Do::unpin: release(role, Held::pin); return true;
    case Do::move: {
      const auto to = static_cast<Role>(effect.b);
      const auto held = slot().held.find(role);
      const Held what = held == slot().held.end() ? Held::none : held->second;
      slot().held.erase(to);
      slot().held.erase(role);
      if (what != Held::none && to != role) slot().held[to] = what;
      return true;
    }
    default: return false;
  }
}

// The rest of a page.

/// A page of the page cache that a user's request writes has to be saved.
void Interpreter::written(EventKind kind) {
  tell(event(kind, page_number()));
  const bool cached = page().backing == Backing::file && (page().flags & kCached) != 0;
  if (cached && (request().flags & kUserBacked) != 0) page().flags |= kUnsaved;
}

bool Interpreter::run_on_page(const Effect& effect) {
  switch (effect.op) {
    case Do::set: page().flags |= effect.b; return true;
    case Do::clear: page().flags &= ~effect.b; return true;
    case Do::map:
      page().flags |= kMapped;
      if (page().backing != Backing::zero) count(page_number(), 1);
      return true;
    case Do::unmap:
      if (page().backing == Backing::file && (page().flags & kPteDirty) != 0)
        page().flags |= kDirty;
      page().flags &= ~(kMapped | kPteWritable | kPteDirty);
      if (page().backing != Backing::zero) drop_structural(page_number(), 1);
      return true;
    case Do::attach_private:
      page().flags |= kPrivate;
      count(page_number(), 1);
      return true;
    case Do::drop_private:
      page().flags &= ~kPrivate;
      drop_structural(page_number(), 1);
      return true;
    case Do::drop_cache:
      page().flags &= ~(kCached | kUnsaved);
      drop_structural(page_number(), subpages(page_number()));
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
      page().ref = effect.a + (cached ? subpages(page_number()) : 0);
      return true;
    }
    case Do::free_frozen:
      page().flags &= ~kCached;
      slot().held.erase(Role::array);
      free(page_number());
      return true;
    case Do::free_object:
      page().flags &= ~kCached;
      forget(page_number(), nullptr);
      drop_structural(page_number(), 1);
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

// Pipes.

void Interpreter::put_into_slot(int number) {
  slot().page = number;
  slot().left_out = slot().stale = slot().pinned = false;
}

bool Interpreter::run_on_pipe(const Effect& effect) {
  if (effect.op < Do::pipe_lock || effect.op > Do::pipe_dup_head) return false;
  PipeState& one = pipe(effect.a);
  const auto role = static_cast<Role>(effect.b & 3);
  switch (effect.op) {
    case Do::pipe_lock: one.locked = true; return true;
    case Do::pipe_unlock: one.locked = false; return true;
    case Do::pipe_push:
      one.ring.push_back(
          {page_number(), static_cast<BufferOps>(effect.b >> 2 & 3), (effect.b >> 4 & 1) != 0});
      slot().held.erase(role);
      return true;
    case Do::pipe_peek: put_into_slot(one.ring[thread().slot].page); return true;
    case Do::pipe_drop_head:
    case Do::pipe_drop_tail: {
      if (one.ring.empty()) return true;
      const bool oldest = effect.op == Do::pipe_drop_head;
      const int number = oldest ? one.ring.front().page : one.ring.back().page;
      if (oldest)
        one.ring.pop_front();
      else
        one.ring.pop_back();
      drop_structural(number, 1);
      return true;
    }
    case Do::pipe_keep_head:
      one.tmp_page = one.ring.front().page;
      one.ring.pop_front();
      return true;
    case Do::pipe_take_tmp: {
      const int number = one.tmp_page.value();
      one.tmp_page.reset();
      put_into_slot(number);
      slot().held[role] = Held::get;
      forget(number, &slot());
      return true;
    }
    case Do::pipe_drop_tmp: {
      const int number = one.tmp_page.value();
      one.tmp_page.reset();
      drop_structural(number, 1);
      return true;
    }
    case Do::pipe_close:
      one.readers -= (effect.b & kReadEnd) != 0 ? 1 : 0;
      one.writers -= (effect.b & kWriteEnd) != 0 ? 1 : 0;
      return true;
    default: {
      const Buffer head = one.ring.front();
      pipe(effect.b).ring.push_back({head.page, head.ops, false});
      Event told = event(EventKind::acquired, head.page);
      told.as = Held::get;
      told.from_page = told.structural = true;
      told.before = page(head.page).ref;
      count(head.page, 1);
      told.after = page(head.page).ref;
      tell(told);
      return true;
    }
  }
}

// Requests and threads.

void Interpreter::run_on_request(const Effect& effect) {
  switch (effect.op) {
    case Do::alloc: {
      const int number = first_free().value();
      page(number) = {1, 0, Backing::pipe, 0};
      put_into_slot(number);
      slot().held[static_cast<Role>(effect.a)] = Held::get;
      return;
    }
    case Do::leave_out: slot().left_out = true; return;
    case Do::first_slot: thread().slot = 0; return;
    case Do::next_slot: ++thread().slot; return;
    case Do::count_here: request().count = thread().slot; return;
    case Do::count_is: request().count = effect.a; return;
    case Do::cut_here:
      request().count = thread().slot;
      for (int index = thread().slot; index < kMaxSlots; ++index)
        request().slots[index].page.reset();
      return;
    case Do::request_set: request().flags |= effect.b; return;
    case Do::complete: request().flags |= kCompleted; return;
    case Do::leave: --state_.tasks[effect.a]; return;
    case Do::refuse:
      request().flags |= kRefused | kFailed;
      tell(event(EventKind::refused, kNoPage));
      return;
    default: FAIL("unknown effect");
  }
}

void Interpreter::run(const Effect& effect) {
  if (run_counting(effect) || run_on_page(effect) || run_on_pipe(effect)) return;
  run_on_request(effect);
}

std::vector<Told> Interpreter::take(Choice choice) {
  thread_ = choice.thread;
  told_.clear();
  const Step& step = system_.programs[thread_][thread().pc];
  const Outcome& outcome = step.outcomes[choice.outcome];
  for (const Effect& effect : outcome.effects) run(effect);
  thread().pc = outcome.next;
  return told_;
}

}  // namespace naive

namespace {

constexpr int kMostSteps = 400;

bool same(const Event& a, const Event& b) {
  return a.kind == b.kind && a.actor == b.actor && a.slot == b.slot && a.page == b.page &&
         a.role == b.role && a.held == b.held && a.as == b.as && a.from_page == b.from_page &&
         a.structural == b.structural && a.before == b.before && a.after == b.after;
}

/// What the fast interpreter tells of a step.
struct Heard {
  std::vector<std::pair<Event, World>> all;
  Observer observer() {
    const auto hear = [](void* self, const System&, const World& world, const Event& event) {
      static_cast<Heard*>(self)->all.emplace_back(event, world);
    };
    return {hear, this};
  }
};

/// One step in both. False where they differ.
bool agree_on(const System& system, Choice choice, World& world, naive::Interpreter& other) {
  Heard heard;
  apply(system, world, choice, heard.observer());
  const std::vector<naive::Told> told = other.take(choice);
  if (heard.all.size() != told.size()) return false;
  for (std::size_t i = 0; i < told.size(); ++i)
    if (!same(heard.all[i].first, told[i].event) ||
        naive::plain(heard.all[i].second) != told[i].state)
      return false;
  return naive::plain(world) == other.state();
}

/// The name of the step in which both differ in a random run, "" where they agree to its end: past
/// violations, too, after which effects mean nothing but are still defined.
std::string difference(const System& system, std::uint64_t seed) {
  Rng rng(seed);
  World world = system.initial;
  naive::Interpreter other(system);
  for (int step = 0; step < kMostSteps; ++step) {
    Choices choices;
    enabled(system, world, choices);
    if (other.enabled() != std::vector<Choice>(choices.begin(), choices.end())) return "choices";
    if (choices.size == 0) return "";
    const Choice choice = choices.item[rng.below(static_cast<std::uint32_t>(choices.size))];
    const std::string name = system.step_of(world, choice.thread).name;
    if (!agree_on(system, choice, world, other)) return name;
  }
  return "";
}

void compare(const test::Sample& sample, int runs) {
  INFO(sample.made_from);
  for (int seed = 1; seed <= runs; ++seed) {
    const std::string where = difference(sample.system, static_cast<std::uint64_t>(seed));
    INFO("run " << seed << " differs at " << where);
    REQUIRE(where.empty());
  }
}

#ifdef PINCHECK_SANITIZED
constexpr int kShare = 20;
#else
constexpr int kShare = 1;
#endif

}  // namespace

TEST_CASE("a naive interpreter does the same on shipped scenarios", "[naive]") {
  const auto samples = test::shipped_samples();
  for (std::size_t i = 0; i < samples.size(); i += kShare) compare(samples[i], 50);
}

TEST_CASE("a naive interpreter does the same on generated scenarios", "[naive]") {
  for (const test::Sample& sample : test::generated_samples(2000 / kShare, 7)) compare(sample, 20);
}

TEST_CASE("a naive interpreter does the same on made-up systems", "[naive]") {
  for (std::uint64_t seed = 0; seed < 5000 / kShare; ++seed)
    compare(test::made_up_sample(seed), 10);
}

}  // namespace pincheck
