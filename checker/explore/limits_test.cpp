// SPDX-License-Identifier: MIT
// Searches that run out of memory, or of numbers for what they meet: they say so.
#include <malloc.h>

#include <catch2/catch.hpp>
#include <functional>

#include "checker/explore/explore.hpp"
#include "checker/explore/livelock.hpp"
#include "checker/explore/shortest.hpp"
#include "checker/testing/run_binary.hpp"
#include "checker/testing/sample.hpp"

namespace pincheck::explore {
namespace {

/// A step for each bit, which is set or not.
void set_or_not(Builder& b, int bits, const std::function<Effect(int)>& set) {
  for (int bit = 0; bit < bits; ++bit)
    b.step("bit " + std::to_string(bit), "").outcome("set", {}, {set(bit)}).outcome("not", {}, {});
}

/// One of the bits of the page and its PTE.
Effect set_page_bit(int bit) {
  if (bit < kPageFlagBits) return to::set(static_cast<PageFlag>(1 << bit));
  return to::set_pte(static_cast<PteFlag>(1 << (bit - kPageFlagBits)));
}

/// Brings the actor's page, and then its request, into 2^bits states.
auto many_parts(int page_bits, int request_bits) {
  return [=](Builder& b) {
    b.step("go", "").outcome("", {is::request(kScheduled)}, {});
    set_or_not(b, page_bits, set_page_bit);
    b.step("clear", "").always({to::clear(kAllPageFlags), to::clear_pte(kAllPteFlags)});
    set_or_not(b, request_bits, [](int bit) { return to::request(1 << bit); });
  };
}

/// One actor has so many parts that numbers for its page and itself take 14 and 13 bits. Four like
/// it only wait, and there are three more pages: 123 bits.
System too_many_parts() {
  test::HandMade made(4);
  for (int actor = 0; actor < 5; ++actor) made.actor({0}, many_parts(14, 12));
  made.start().request[0].flags = kScheduled;
  return made.system();
}

/// Actors each with a page of its own; they change places together.
System alike(int actors, int page_bits, int request_bits) {
  test::HandMade made(actors);
  for (int i = 0; i < actors; ++i) made.actor({i}, many_parts(page_bits, request_bits));
  for (int i = 0; i < actors; ++i) made.start().request[i].flags = kScheduled;
  return made.system();
}

std::size_t heap_in_use() { return mallinfo2().uordblks + mallinfo2().hblkhd; }

/// Whether what is counted is what was taken since, about.
void check_counted(std::size_t counted, std::size_t heap_before) {
  const std::size_t taken = heap_in_use() - heap_before;
  CAPTURE(counted, taken);
  CHECK(taken < counted + counted / 8 + 5000);
  CHECK(counted < 2 * taken + 5000);
}

/// Holds what a space and a worker count against what they take from the heap in a search.
void check_counting(const System& system, const Reductions& reductions) {
  const std::size_t without_space = heap_in_use();
  ScenarioSpace space(system, reductions);
  const auto on = [](const Standing&) { return true; };
  REQUIRE(Engine<ScenarioSpace>(space, {}).run(on) == Ending::finished);
  check_counted(space.bytes(), without_space);

  // Once more, now that there are numbers for everything, and the layout stays.
  Visited seen({false, 0, space.key_bits()}, std::size_t{1} << 30);
  Frontier open(space.key_bits(), false);
  std::vector<Reached> reached(1000);
  const auto visit = [&](Key key) {
    if (seen.insert(key, hash_of(key)).fresh) open.push({key});
  };
  const std::size_t without_worker = heap_in_use();
  ScenarioSpace::Worker worker(space);
  for (const Key key : space.initial()) visit(key);
  bool complete = true;
  for (; !open.empty(); open.pop_front()) {
    reached.clear();
    complete = worker.expand(open.front(), reached).complete && complete;
    for (const Reached& next : reached) visit(next.key);
  }
  CHECK(complete);
  check_counted(worker.bytes(), without_worker);
}

}  // namespace

TEST_CASE("where keys have no bits left, searches end as without memory", "[limits]") {
  const System system = too_many_parts();
  for (const int threads : {1, 2}) {
    ExploreOptions options;
    options.reductions = Reductions::none();
    options.engine.threads = threads;
    const ExploreResult result = explore(system, options);
    CHECK(result.ending == Explored::memory);
    CHECK(result.states > 10000);
  }
  const PropertySet deadlock = PropertySet{1} << property_index("completes");
  CHECK_FALSE(shortest(system, deadlock, {}).proved);
  const Livelock lock = find_livelock(system, std::size_t{64} << 20, nullptr);
  CHECK_FALSE(lock.found);
  CHECK_FALSE(lock.complete);
}

TEST_CASE("a checkpoint that needs more memory than there is ends the search, and stays",
          "[limits]") {
  const System system = test::shipped("bench-three-nfs-readers", "linux-6.12");
  const test::Folder folder;
  ExploreOptions options;
  options.reductions = Reductions::none();
  options.checkpoint = folder.path("checkpoint");
  options.max_states = 50000;
  CHECK(explore(system, options).ending == Explored::states);
  const std::string saved = test::contents(options.checkpoint);
  options.resume = true;
  options.max_states = UINT64_MAX;
  options.engine.max_bytes = 200000;
  CHECK(explore(system, options).ending == Explored::memory);
  CHECK(test::contents(options.checkpoint) == saved);
  options.engine.max_bytes = std::size_t{1} << 30;
  CHECK(explore(system, options).finished());
}

TEST_CASE("what a search counts is what it takes from the heap", "[limits]") {
#ifdef PINCHECK_SANITIZED
  return;  // it has a heap of its own
#endif
  check_counting(alike(1, 13, 11), Reductions::none());  // lists by page
  check_counting(alike(2, 5, 4),
                 Reductions::only({&Reductions::symmetry}));  // and images, and ranks
  check_counting(test::shipped("bench-two-sendfiles", "linux-6.12"), Reductions::none());
}

TEST_CASE("a search takes no more memory than it may", "[limits][optimized]") {
#ifdef PINCHECK_SANITIZED
  // The sanitizer's own memory is many times the search's.
  if (test::variable("PINCHECK_GCC").empty()) return;
#endif
  constexpr std::size_t kMemory = std::size_t{20} << 20;
  constexpr std::size_t kProgram = std::size_t{20} << 20;  // itself, its libraries and its model
  constexpr std::size_t kMargin = std::size_t{4} << 20;    // a table that grows is copied by pieces
  for (const char* how : {"bench-two-sendfiles --reductions none --threads 1",
                          "bench-two-sendfiles --reductions none --threads 2",
                          "bench-two-sendfiles --reductions none --threads 2 --order depth",
                          "bench-four-writers --reductions sleep --threads 1"}) {
    const std::string line = "explore --convention linux-6.12 --memory 20M ";
    const test::Finished finished =
        test::Process(test::split(line + how), test::optimized()).wait();
    CAPTURE(how, finished.peak_bytes);
    CHECK(test::contains(finished.out, "not finished: memory"));
    CHECK(finished.peak_bytes < kProgram + kMemory + kMargin);
    CHECK(finished.peak_bytes > kMemory / 2);
  }
}

}  // namespace pincheck::explore
