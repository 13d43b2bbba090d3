// SPDX-License-Identifier: MIT
// Livelocks of systems made by hand; the model's own programs have no loop that
// could be one.
#include "checker/explore/livelock.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "checker/report/campaign.hpp"
#include "checker/report/parts.hpp"
#include "checker/testing/sample.hpp"
#include "model/machine/loops.hpp"

namespace pincheck::explore {
namespace {

constexpr std::size_t kMemory = std::size_t{64} << 20;

void lock_and_keep(Builder& b) { b.step("lock", "").outcome("", {!is::locked}, {to::lock}); }

void lock_and_unlock(Builder& b) {
  b.step("lock", "").outcome("", {!is::locked}, {to::lock});
  b.step("unlock", "").always({to::unlock});
}

/// Goes round until the page is unlocked.
void spin(Builder& b) {
  b.label("again");
  b.step("look", "")
      .outcome("locked", {is::locked}, {}, at("again"))
      .outcome("free", {!is::locked}, {});
}

/// Sets the bit where it is clear, and goes round for ever.
void hand_over(Builder& b, bool set) {
  b.label("again");
  b.step("wait", "")
      .outcome("", {set ? !is::page(kDirty) : is::page(kDirty)},
               {set ? to::set(kDirty) : to::clear(kDirty)}, at("again"));
}

/// Takes the choices, each of which must be enabled.
World replayed(const System& system, World world, const std::vector<Choice>& choices) {
  for (const Choice& choice : choices) {
    const Choices possible = test::choices_of(system, world, choice.thread);
    REQUIRE(std::count(possible.begin(), possible.end(), choice) == 1);
    world = test::take(system, world, choice).world;
  }
  return world;
}

/// The livelock, whose way and cycle are what they claim to be.
Livelock livelock_of(const System& system) {
  Livelock lock = find_livelock(system, kMemory, nullptr);
  CHECK(lock.complete);
  if (!lock.found) return lock;
  CHECK_FALSE(always_ends(system));
  CHECK_FALSE(lock.cycle.empty());
  const World there = replayed(system, system.initial, lock.prefix);
  CHECK(replayed(system, there, lock.cycle) == there);
  return lock;
}

}  // namespace

TEST_CASE("spinning on a lock that is never released is a livelock", "[livelock]") {
  const Livelock lock =
      livelock_of(test::HandMade(1).actor({0}, lock_and_keep).actor({0}, spin).system());
  CHECK(lock.found);
  CHECK(lock.doomed == 1);
  CHECK(lock.prefix == std::vector<Choice>{{0, 0}});
  CHECK(lock.cycle == std::vector<Choice>{{2, 0}});
}

TEST_CASE("a loop that another thread ends is none", "[livelock]") {
  const System system = test::HandMade(1).actor({0}, lock_and_unlock).actor({0}, spin).system();
  CHECK_FALSE(always_ends(system));
  CHECK_FALSE(livelock_of(system).found);
}

TEST_CASE("two threads that hand a bit to and fro are a livelock from the start", "[livelock]") {
  const System system = test::HandMade(1)
                            .actor({0}, [](Builder& b) { hand_over(b, true); })
                            .actor({0}, [](Builder& b) { hand_over(b, false); })
                            .system();
  const Livelock lock = livelock_of(system);
  CHECK(lock.found);
  CHECK(lock.doomed == 0);
  CHECK(lock.cycle.size() == 2);
}

TEST_CASE("a way out by a fault is none, unless only faults are possible", "[livelock]") {
  const auto loop = [](const std::vector<Test>& go_on) {
    return test::HandMade(1)
        .actor({0},
               [&](Builder& b) {
                 b.label("again");
                 b.step("try", "").outcome("again", go_on, {}, at("again")).fault("killed", {}, {});
               })
        .system();
  };
  const Livelock lock = livelock_of(loop({}));
  CHECK(lock.found);
  CHECK(lock.prefix.empty());
  CHECK_FALSE(livelock_of(loop({is::locked})).found);
}

TEST_CASE("a fault may lead into a livelock", "[livelock]") {
  const System system = test::HandMade(1)
                            .actor({0},
                                   [](Builder& b) {
                                     b.step("lock", "")
                                         .outcome("in vain", {}, {}, at("end"))
                                         .fault("for ever", {}, {to::lock});
                                     spin(b);
                                   })
                            .system();
  const Livelock lock = livelock_of(system);
  CHECK(lock.found);
  CHECK(lock.prefix == std::vector<Choice>{{0, 1}});
}

TEST_CASE("where only a fault is possible, it is taken", "[livelock]") {
  const System system = test::HandMade(1)
                            .actor({0},
                                   [](Builder& b) {
                                     b.step("lock", "").fault("always", {}, {to::lock});
                                     spin(b);
                                   })
                            .system();
  const Livelock lock = livelock_of(system);
  CHECK(lock.found);
  CHECK(lock.doomed == 0);
  CHECK(lock.prefix.size() == 1);
}

TEST_CASE("the way to the cycle goes on where the doomed state is not on one", "[livelock]") {
  const System system =
      test::HandMade(1)
          .actor(
              {0},
              [](Builder& b) {
                b.step("lock", "").outcome("yes", {}, {to::lock}).outcome("no", {}, {}, at("end"));
                b.step("dirty", "").always({to::set(kDirty)});
                spin(b);
              })
          .system();
  const Livelock lock = livelock_of(system);
  CHECK(lock.found);
  CHECK(lock.doomed == 1);
  CHECK(lock.prefix.size() == 2);
}

TEST_CASE("a deadlock is no livelock, and neither is where a violation ends the run",
          "[livelock]") {
  const auto wait = [](Builder& b) { b.step("wait", "").outcome("", {is::locked}, {}); };
  CHECK_FALSE(livelock_of(test::HandMade(1).actor({0}, wait).system()).found);
  const auto put_for_ever = [](Builder& b) {
    b.label("again");
    b.step("put", "").always({to::put(Role::array)}, at("again"));
  };
  CHECK_FALSE(livelock_of(test::HandMade(1).actor({0}, put_for_ever).system()).found);
}

TEST_CASE("the model's own programs have no livelock", "[livelock]") {
  for (const auto* name : {"row1-nfs-read", "s4-direct-to-pipe", "row9c-early-success"}) {
    const Livelock lock = livelock_of(test::shipped(name, "linux-6.12"));
    CHECK_FALSE(lock.found);
    CHECK(lock.complete);
  }
}

TEST_CASE("a livelock's story does not claim to be a shortest one", "[livelock]") {
  const PropertySet completes = PropertySet{1} << property_index("completes");
  const Scenario scenario = find_scenario("row1-nfs-read", test::model().kinds);
  const Convention convention = test::convention("linux-6.12");
  judge::Cell cell = judge::make_cell(scenario, convention);
  cell.livelock.found = true;  // made up
  cell.livelock.cycle = {{0, 0}};
  cell.result.violated = completes;
  Catalogue catalogue;
  judge::Campaign campaign;
  campaign.shown = judge::StoryTeller(test::model(), catalogue, {}).of(cell);
  REQUIRE(campaign.shown.size() == 1);
  const std::string text = report::shown_text(campaign.shown);
  CHECK_THAT(text, Catch::Contains("  1 steps\n"));
  CHECK_THAT(text, Catch::Contains("can repeat for ever"));
  const std::vector<Convention> conventions{convention};
  const judge::CampaignOptions options;
  const auto data = report::CheckReport(campaign, conventions, options, {}).data();
  CHECK(data["counterexamples"][0]["minimal"] == "no");

  cell.asked = ~completes;
  CHECK(judge::StoryTeller(test::model(), catalogue, {}).of(cell).empty());
}

TEST_CASE("where memory ends or somebody stops it, nothing is claimed", "[livelock]") {
  const System large = test::shipped("s5n-reclaim-under-nfs", "linux-6.12");
  const auto at_once = [] { return true; };
  for (const Livelock& lock :
       {find_livelock(large, 400000, nullptr), find_livelock(large, kMemory, at_once)}) {
    CHECK_FALSE(lock.found);
    CHECK_FALSE(lock.complete);
  }
}

}  // namespace pincheck::explore
