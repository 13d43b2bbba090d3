// SPDX-License-Identifier: MIT
// Footprints against the interpreter and the monitors: what a footprint does
// not name makes no difference to the step, and steps that do not conflict can
// change places.
#include "model/machine/footprint.hpp"

#include <catch2/catch.hpp>

#include <cstring>

#include "checker/testing/made_up.hpp"
#include "model/machine/ledger.hpp"

namespace pincheck {
namespace {

using test::Taken;

constexpr int kFlightFlags = kSubmitted | kDeviceDone | kCancelled | kIoError | kDest;

void flip(Request::SlotSet& slots, int slot) {
  slots = static_cast<Request::SlotSet>(slots ^ 1 << slot);
}

/// Gives new values to parts of a world that a footprint neither reads nor
/// writes.
class Scrambler {
 public:
  Scrambler(const System& system, const Footprint& footprint, int thread, search::Rng& rng,
            World& world)
      : system_(system), footprint_(footprint), thread_(thread), rng_(rng), world_(world) {}

  void scramble() {
    for (int page = 0; page < system_.pages; ++page) scramble_page(page);
    for (int pipe = 0; pipe < system_.pipes; ++pipe) scramble_pipe(pipe);
    for (int actor = 0; actor < system_.actors; ++actor) {
      if (rng_.below(4) == 0) continue;
      scramble_slots(actor);
      scramble_flags(actor);
    }
    for (int other = 0; other < system_.thread_count(); ++other)
      if (other != thread_ && rng_.below(4) != 0)
        world_.thread[other] = {number(system_.threads[other].steps + 1), number(kMaxSlots)};
  }

 private:
  const System& system_;
  const Footprint& footprint_;
  int thread_;
  search::Rng& rng_;
  World& world_;

  bool own(int actor) const { return actor == thread_ / 2; }
  bool untouched(const Resources& what) const {
    return !(footprint_.reads | footprint_.writes).meets(what);
  }
  static PageSet one(int page) {
    return page == kNoPage ? PageSet{0} : static_cast<PageSet>(1 << page);
  }
  bool coin() { return rng_.below(2) == 0; }
  std::uint8_t number(int below) {
    return static_cast<std::uint8_t>(rng_.below(static_cast<std::uint32_t>(below)));
  }
  /// None, or one whose holders, users and strays do not matter; `also` may be
  /// it, too.
  std::uint8_t any_page(std::uint8_t also) {
    const int page = number(system_.pages + 1);
    if (page == system_.pages) return free_to_move(also) ? kNoPage : also;
    return free_to_move(page) && free_to_move(also) ? static_cast<std::uint8_t>(page) : also;
  }
  bool free_to_move(int page) const {
    return untouched(Resources::counts(one(page)) | Resources::in_flight(one(page)) |
                     Resources::stale(one(page)));
  }

  void scramble_page(int index) {
    Page& page = world_.page[index];
    for (int bit = 0; bit < kPageFlagBits; ++bit)
      if (untouched(Resources::flags(one(index), 1 << bit)) && coin())
        page.flags = static_cast<std::uint16_t>(page.flags ^ 1 << bit);
    for (int mm = 0; mm < system_.mms; ++mm)
      for (int bit = 0; bit < kPteFlagBits; ++bit)
        if (Pte& pte = world_.pte[mm][index];
            untouched(Resources::pte(one(index), mm, 1 << bit)) && coin())
          pte.flags = static_cast<std::uint16_t>(pte.flags ^ 1 << bit);
    if (!untouched(Resources::counts(one(index))) || coin()) return;
    page.ref = number(4) - 1 + (coin() ? system_.arithmetic.bias : 0);
    page.pins = static_cast<Page::Pins>(number(3));
    page.backing = static_cast<Backing>(number(5));
  }

  void scramble_pipe(int index) {
    Pipe& pipe = world_.pipe[index];
    if (untouched(Resources::pipe_lock(index))) {
      pipe.locked = number(2);
      pipe.open = static_cast<std::uint8_t>(number(3) * kReadEnd + number(3) * kWriteEnd);
    }
    if (!untouched(Resources::pipe_ring(index))) return;
    for (int k = 0; k < pipe.count; ++k)
      if (!free_to_move(pipe.ring[k].page())) return;
    if (!free_to_move(pipe.tmp_page)) return;
    pipe = {{}, 0, any_page(kNoPage), pipe.locked, pipe.open};
    for (int k = number(kRingSlots + 1); k > 0; --k)
      if (const int page = any_page(kNoPage); page != kNoPage)
        pipe.ring[pipe.count++] = PipeBuffer::make(page, static_cast<BufferOps>(number(4)));
  }

  PageSet listed(int actor) const {
    PageSet pages = 0;
    for (const std::uint8_t page : world_.request[actor].slot)
      pages = static_cast<PageSet>(pages | one(page));
    return pages;
  }

  void scramble_slots(int actor) {
    if (own(actor) && !untouched(Resources::slots())) return scramble_ghosts(actor);
    Request& request = world_.request[actor];
    if (untouched(Resources::in_flight(listed(actor)))) {
      request.count = number(kMaxSlots + 1);
      request.left_out = number(1 << kMaxSlots);
    }
    for (int slot = 0; slot < kMaxSlots; ++slot) {
      std::uint8_t& page = request.slot[slot];
      page = any_page(page);
      if (!untouched(Resources::counts(one(page)))) continue;
      for (int role = 0; role < kRoles; ++role)
        request.set_held(slot, static_cast<Role>(role), static_cast<Held>(number(3)));
      if (coin()) flip(request.pinned_slots, slot);
    }
    scramble_ghosts(actor);
  }

  /// Whoever writes the slots may put other pages in, whose ghost bits are
  /// clear.
  void scramble_ghosts(int actor) {
    if (own(actor) && footprint_.writes.meets(Resources::slots())) return;
    Request& request = world_.request[actor];
    for (int slot = 0; slot < kMaxSlots; ++slot)
      if (untouched(Resources::stale(one(request.slot[slot]))) && coin())
        flip(request.stale_slots, slot);
  }

  void scramble_flags(int actor) {
    for (int bit = 0; bit < kRequestFlagBits; ++bit) {
      const int flag = 1 << bit;
      if ((own(actor) && !untouched(Resources::request(flag))) || coin()) continue;
      if ((flag & kFlightFlags) != 0 && !untouched(Resources::in_flight(listed(actor)))) continue;
      Request& request = world_.request[actor];
      request.flags = static_cast<std::uint16_t>(request.flags ^ flag);
    }
  }
};

using Bytes = std::array<std::uint8_t, sizeof(World)>;

Bytes difference(const World& a, const World& b) {
  Bytes one{}, other{};
  std::memcpy(one.data(), &a, sizeof a);
  std::memcpy(other.data(), &b, sizeof b);
  for (std::size_t i = 0; i < one.size(); ++i) one[i] ^= other[i];
  return one;
}

bool same(const Choices& a, const Choices& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

/// The step goes the same way from both worlds, and does the same.
bool same_step(const System& system, const World& world, const World& other, int thread) {
  const Choices choices = test::choices_of(system, world, thread);
  if (!same(choices, test::choices_of(system, other, thread))) return false;
  const Bytes apart = difference(world, other);
  return std::all_of(choices.begin(), choices.end(), [&](const Choice& choice) {
    const Taken here = test::take(system, world, choice);
    const Taken there = test::take(system, other, choice);
    return here.violated == there.violated && difference(here.world, there.world) == apart;
  });
}

/// Gets and pins of the page.
std::pair<int, int> in_ledger(const System& system, const World& world, int page) {
  return {ledger_entries(system, world, page, Held::get),
          ledger_entries(system, world, page, Held::pin)};
}

/// By actor, the state of the I/O that the page takes part in; -1 where it takes part in none.
std::vector<int> in_io(const System& system, const World& world, int page) {
  std::vector<int> all;
  for (int actor = 0; actor < system.actors; ++actor) {
    const Request& request = world.request[actor];
    bool listed = false;
    for (int slot = 0; slot < kMaxSlots; ++slot)
      listed = listed || (request.slot[slot] == page && request.in_io(slot));
    all.push_back(listed ? request.flags & kFlightFlags : -1);
  }
  return all;
}

/// What differs between the worlds before and after a step of the actor; everything where it
/// changed another's request otherwise than by marking slots.
Resources changed(const System& system, const World& before, const World& after, int own) {
  Resources all;
  for (int page = 0; page < system.pages; ++page) {
    const Page& a = before.page[page];
    const Page& b = after.page[page];
    const auto set = static_cast<PageSet>(1 << page);
    all |= Resources::flags(set, a.flags ^ b.flags);
    for (int mm = 0; mm < system.mms; ++mm)
      all |= Resources::pte(set, mm, before.pte[mm][page].flags ^ after.pte[mm][page].flags);
    if (a.ref != b.ref || a.pins != b.pins || a.backing != b.backing) all |= Resources::counts(set);
    if (in_ledger(system, before, page) != in_ledger(system, after, page))
      all |= Resources::counts(set);
    if (in_io(system, before, page) != in_io(system, after, page)) all |= Resources::in_flight(set);
  }
  for (int pipe = 0; pipe < system.pipes; ++pipe) {
    Pipe a = before.pipe[pipe];
    const Pipe& b = after.pipe[pipe];
    if (a.locked != b.locked || a.open != b.open) all |= Resources::pipe_lock(pipe);
    a.locked = b.locked;
    a.open = b.open;
    if (a != b) all |= Resources::pipe_ring(pipe);
  }
  for (int process = 0; process < system.processes; ++process)
    if (before.tasks[process] != after.tasks[process]) all |= Resources::process(process);
  for (int actor = 0; actor < system.actors; ++actor) {
    Request a = before.request[actor];
    const Request& b = after.request[actor];
    if (actor == own) all |= Resources::request(a.flags ^ b.flags);
    if (actor == own) a.flags = b.flags;
    for (int slot = 0; slot < kMaxSlots; ++slot)
      if (a.slot[slot] == b.slot[slot] && !a.stale(slot) && b.stale(slot)) {
        all |= Resources::stale(static_cast<PageSet>(1 << b.slot[slot]));
        flip(a.stale_slots, slot);
      }
    if (a != b) all |= actor == own ? Resources::slots() : Resources::everything();
  }
  return all;
}

bool within(const Resources& part, const Resources& all) { return (part | all) == all; }

/// Whether the order of the two threads' steps may matter.
bool ordered(const std::array<Footprint, kMaxThreads>& footprints, int one, int two) {
  if (one / 2 == two / 2) return footprints[one].conflicts(footprints[two]);
  return footprints[one].shared().conflicts(footprints[two].shared());
}

/// The first problem, of problem(system, world, rng) in every state of a few random runs; "" if
/// there is none.
template <class Problem>
std::string problem_in(const System& system, int runs, const Problem& problem) {
  for (int i = 1; i <= runs; ++i) {
    search::Rng rng(static_cast<std::uint64_t>(i));
    Run run(system);
    search::Scheduler scheduler;
    scheduler.start(search::Rng(rng.next()), system.thread_count(), i % 2, 60);
    while (!run.ended()) {
      std::string found = problem(system, run.world(), rng);
      if (!found.empty()) return found;
      run.take(scheduler.pick(system, run.world(), run.choices()));
    }
  }
  return "";
}

/// One actor looks at a pipe's head, and another one takes it away: nobody has asked the pipe.
System peek_and_keep() {
  test::HandMade made(2, 1);
  made.actor({0}, [](Builder& b) { b.step("peek", "").always({to::pipe(Do::pipe_peek, 0)}); });
  made.actor({}, [](Builder& b) { b.step("keep", "").always({to::pipe(Do::pipe_keep_head, 0)}); });
  Pipe& pipe = made.start().pipe[0];
  for (const int page : {0, 1}) pipe.ring[pipe.count++] = PipeBuffer::make(page, BufferOps::anon);
  return made.system();
}

template <class Problem>
void check_samples(int runs, const Problem& problem) {
  for (const test::Sample& sample : test::shipped_samples()) {
    INFO(sample.made_from);
    REQUIRE(problem_in(sample.system, runs, problem) == "");
  }
  REQUIRE(problem_in(peek_and_keep(), runs, problem) == "");
  test::forall(300, [&] { RC_ASSERT(problem_in(test::any_sample().system, runs, problem) == ""); });
  test::forall(
      3000, [&] { RC_ASSERT(problem_in(test::any_made_up_sample().system, runs, problem) == ""); });
}

std::string where(const System& system, const World& world, int thread) {
  return "thread " + std::to_string(thread) + " at " + system.step_of(world, thread).name;
}

}  // namespace

TEST_CASE("a step does not depend on what its footprint does not name", "[footprint]") {
  check_samples(2, [](const System& system, const World& world, search::Rng& rng) -> std::string {
    for (int thread = 0; thread < system.thread_count(); ++thread) {
      if (system.finished(world, thread)) continue;
      World other = world;
      Scrambler(system, now(system, watched(), world, thread), thread, rng, other).scramble();
      if (!same_step(system, world, other, thread)) return where(system, world, thread);
    }
    return "";
  });
}

TEST_CASE("a step changes nothing but what its footprint says it writes", "[footprint]") {
  check_samples(2, [](const System& system, const World& world, search::Rng&) -> std::string {
    for (int thread = 0; thread < system.thread_count(); ++thread) {
      if (system.finished(world, thread)) continue;
      const Footprint footprint = now(system, watched(), world, thread);
      for (const Choice& choice : test::choices_of(system, world, thread)) {
        const World after = test::take(system, world, choice).world;
        if (!within(changed(system, world, after, thread / 2), footprint.writes))
          return where(system, world, thread);
      }
    }
    return "";
  });
}

TEST_CASE("steps that do not conflict can change places", "[footprint]") {
  int pairs = 0;
  check_samples(2, [&](const System& system, const World& world, search::Rng&) -> std::string {
    std::array<Footprint, kMaxThreads> footprints;
    for (int thread = 0; thread < system.thread_count(); ++thread)
      if (!system.finished(world, thread))
        footprints[thread] = now(system, watched(), world, thread);
    for (int one = 0; one < system.thread_count(); ++one) {
      for (int two = 0; two < system.thread_count(); ++two) {
        if (one == two || system.finished(world, one) || system.finished(world, two)) continue;
        if (ordered(footprints, one, two)) continue;
        ++pairs;
        for (const Choice& choice : test::choices_of(system, world, one))
          if (!same_step(system, world, test::take(system, world, choice).world, two))
            return where(system, world, one) + ", " + where(system, world, two);
      }
    }
    return "";
  });
  CHECK(pairs > 1000);
}

TEST_CASE("a thread's future holds all that it will ever do", "[footprint]") {
  check_samples(1, [](const System& system, const World& world, search::Rng&) -> std::string {
    for (int thread = 0; thread < system.thread_count(); ++thread) {
      if (system.finished(world, thread)) continue;
      const int pc = world.thread[thread].pc;
      const Footprint ever =
          future(system, watched(), thread, pc, reach(system, world, thread).listed);
      const auto covers = [&](const Footprint& part) {
        return within(part.writes, ever.writes) && within(part.reads, ever.reads | ever.writes);
      };
      if (!covers(now(system, watched(), world, thread))) return where(system, world, thread);
      for (const Choice& choice : test::choices_of(system, world, thread)) {
        const World after = test::take(system, world, choice).world;
        const PageSet listed = reach(system, after, thread).listed;
        if (!covers(future(system, watched(), thread, after.thread[thread].pc, listed)))
          return where(system, world, thread) + ", then";
      }
    }
    return "";
  });
}

TEST_CASE("what a monitor reads is in the footprint of the steps that tell it", "[footprint]") {
  const auto read = [](Builder& b) { b.step("read", "").always({to::device_read}); };
  const System system = test::HandMade(2).actor({1}, read).system();
  const auto reads = [&](const std::optional<Reads>& what) {
    Watched all = watched();
    all.add("added", EventKind::device_read, what);
    return now(system, all, system.initial, 0);
  };
  const PageSet page = 2;
  const Resources flag = Resources::flags(page, kWriteback);
  CHECK_FALSE(reads(Reads{}).reads.meets(flag | Resources::counts(page)));
  CHECK_FALSE(reads(Reads{}).everybody);
  CHECK(within(flag, reads(Reads{.page = kWriteback}).reads));
  CHECK(within(Resources::counts(page), reads(Reads{.counters = true}).reads));
  CHECK(within(Resources::request(kKilled), reads(Reads{.request = kKilled}).reads));
  CHECK(within(Resources::in_flight(page), reads(Reads{.in_flight = true}).reads));
  CHECK(within(Resources::stale(page) | Resources::slots(), reads(Reads{.stale = true}).reads));
  CHECK(within(Resources::slots(), reads(Reads{.slots = true}).reads));
  const Footprint looks = reads(Reads{.holders = true});
  CHECK(within(Resources::counts(page) | Resources::ptes(page, kMapped), looks.reads));
  CHECK(looks.everybody);
  CHECK(reads(Reads{.in_flight = true}).everybody);
  CHECK_FALSE(looks.reads.meets(Resources::counts(1)));
  CHECK(reads({}).reads == Resources::everything());
  CHECK(reads({}).everybody);
}

TEST_CASE("only steps that look at everybody depend on other actors' requests", "[footprint]") {
  check_samples(2, [](const System& system, const World& world, search::Rng&) -> std::string {
    for (int thread = 0; thread < system.thread_count(); ++thread) {
      if (system.finished(world, thread) || now(system, watched(), world, thread).everybody)
        continue;
      World other = world;
      for (int actor = 0; actor < system.actors; ++actor) {
        if (actor == thread / 2) continue;
        other.request[actor] = {};
        other.request[actor].slot.fill(kNoPage);
      }
      if (!same_step(system, world, other, thread)) return where(system, world, thread);
    }
    return "";
  });
}

}  // namespace pincheck
