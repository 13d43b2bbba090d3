// SPDX-License-Identifier: MIT
// The rules of sleep sets, one by one. That together they lose nothing is in reductions_test.cpp.
#include <catch2/catch.hpp>

#include "checker/explore/engine.hpp"
#include "checker/testing/sample.hpp"

namespace pincheck::explore {
namespace {

constexpr std::uint16_t kAll = 0xffff;

std::uint16_t but(int threads) { return static_cast<std::uint16_t>(~threads); }

/// State 1 leads to state 2 in the ways that are given.
struct TwoStates {
  std::vector<Reached> ways;
  std::vector<Item> expanded;

  static std::vector<Key> initial() { return {1}; }
  static int key_bits() { return 64; }
  static bool sleeps() { return true; }
  static std::uint64_t fingerprint(Key key) { return hash_of(key); }
  static std::size_t bytes() { return 0; }
  static int widen() { return 0; }
  static Key repack(int /*old*/, Key key) { return key; }

  class Worker {
   public:
    explicit Worker(TwoStates& space) : space_(space) {}
    Expansion expand(const Item& item, std::vector<Reached>& out) const {
      space_.expanded.push_back(item);
      if (item.key == 1) out = space_.ways;
      return {};
    }
    static void adopt(int /*old*/) {}
    static std::size_t bytes() { return 0; }

   private:
    TwoStates& space_;
  };
};

/// How the second state is expanded.
std::vector<Item> expansions(const std::vector<Reached>& ways) {
  TwoStates space{ways, {}};
  Engine<TwoStates>(space, {}).run([](const Standing&) { return true; });
  REQUIRE(space.expanded.front().key == 1);
  return {space.expanded.begin() + 1, space.expanded.end()};
}

/// The first and the third actor's steps conflict, the second's goes alone; all change their own
/// request, which nobody else sees.
System two_and_one() {
  const auto write = [](Builder& b) {
    b.step("", "").always({to::set(kDirty), to::request(kFailed)});
  };
  return test::HandMade(2).actor({0}, write).actor({1}, write).actor({0}, write).system();
}

/// Which actors have taken their step, a bit each, and the threads that sleep then.
using After = std::pair<int, int>;

std::vector<After> steps(const Reductions& reductions, std::uint16_t sleep, std::uint16_t todo) {
  const System system = two_and_one();
  ScenarioSpace space(system, reductions);
  for (int actor = 0; actor < system.actors; ++actor) {  // makes room for all numbers there will be
    World world = system.initial;
    world.request[actor].flags = kFailed;
    world.thread[2 * static_cast<std::size_t>(actor)].pc = 1;
    space.pack(world, false);
  }
  ScenarioSpace::Worker worker(space);
  std::vector<Reached> reached;
  REQUIRE(worker.expand({space.initial().front(), sleep, todo}, reached).complete);
  std::vector<After> found;
  for (const Reached& next : reached) {
    const World world = space.unpack(next.key);
    int moved = 0;
    for (int actor = 0; actor < system.actors; ++actor)
      if (world.request[actor].has(kFailed)) moved |= 1 << actor;
    found.emplace_back(moved, next.sleep);
  }
  return found;
}

constexpr Reductions kSleep = Reductions::only({&Reductions::sleep});
constexpr Reductions kBoth = Reductions::only({&Reductions::partial_order, &Reductions::sleep});

}  // namespace

TEST_CASE("a state met awake is expanded again, with what slept every time before", "[explore]") {
  const std::vector<Item> found =
      expansions({{2, 0b0011}, {2, 0b0110}, {2, 0b0111}, {2, 0b1100}, {2, 0b0001}});
  REQUIRE(found.size() == 3);
  CHECK(found[0].sleep == 0b0011);
  CHECK(found[0].todo == but(0b0011));
  CHECK(found[1].sleep == 0b0010);
  CHECK(found[1].todo == 0b0001);
  CHECK(found[2].sleep == 0b0000);
  CHECK(found[2].todo == 0b0010);
}

TEST_CASE("after a step, those sleep that went before it and do not conflict", "[explore]") {
  CHECK(steps(kSleep, 0, kAll) ==
        std::vector<After>{{0b001, 0}, {0b010, 0b000001}, {0b100, 0b000100}});
  CHECK(steps(kSleep, 0b000001, but(0b000001)) ==
        std::vector<After>{{0b010, 0b000001}, {0b100, 0b000100}});
  CHECK(steps(kSleep, 0b010000, 0b000001) == std::vector<After>{{0b001, 0}});
  CHECK(steps(kSleep, 0b010000, 0b000100) == std::vector<After>{{0b010, 0b010000}});
}

TEST_CASE("what slept is tried later, whoever may go alone", "[explore]") {
  CHECK(steps(kBoth, 0, kAll) == std::vector<After>{{0b010, 0}});
  CHECK(steps(kBoth, 0b000001, but(0b000001)) == std::vector<After>{{0b010, 0b000001}});
  CHECK(steps(kBoth, 0, 0b000001) == std::vector<After>{{0b001, 0}});
}

}  // namespace pincheck::explore
