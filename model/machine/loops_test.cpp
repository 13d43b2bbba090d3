// SPDX-License-Identifier: MIT
// Every program of the model ends by itself; loops made by hand that need not are found.
#include "model/machine/loops.hpp"

#include <catch2/catch.hpp>

#include "checker/testing/forall.hpp"

namespace pincheck {
namespace {

/// A system with one loop on one page and one pipe: its only outcome.
System loop(const std::vector<Test>& when, const std::vector<Effect>& effects) {
  return test::HandMade(1, 1)
      .actor({0},
             [&](Builder& b) {
               b.label("again");
               b.step("again", "").outcome("", when, effects, at("again"));
             })
      .system();
}

/// Two such loops.
System loops(const std::vector<Test>& when, const std::vector<Effect>& effects,
             const std::vector<Test>& other_when, const std::vector<Effect>& other_effects) {
  test::HandMade made(1, 1);
  const auto one = [](const std::vector<Test>& w, const std::vector<Effect>& e) {
    return [&](Builder& b) {
      b.label("again");
      b.step("again", "").outcome("", w, e, at("again"));
    };
  };
  return made.actor({0}, one(when, effects)).actor({0}, one(other_when, other_effects)).system();
}

const Test kPipeFilled = !is::pipe(Ask::pipe_empty, 0);
const Effect kPush = to::push(0, BufferOps::plain, Role::array);

}  // namespace

TEST_CASE("every program of the model ends by itself", "[loops]") {
  for (const test::Sample& sample : test::shipped_samples()) {
    INFO(sample.made_from);
    CHECK(always_ends(sample.system));
  }
  test::forall(300, [] { RC_ASSERT(always_ends(test::any_sample().system)); });
}

TEST_CASE("loops that can go on for ever are found", "[loops]") {
  CHECK_FALSE(always_ends(loop({}, {})));
  CHECK_FALSE(always_ends(loop({is::locked}, {})));
  CHECK_FALSE(always_ends(loop({!is::locked}, {})));
  CHECK_FALSE(always_ends(loop({}, {to::request(kCompleted)})));
  CHECK_FALSE(always_ends(loop({is::request(kCompleted)}, {to::request(kCompleted)})));
  CHECK_FALSE(always_ends(loop({}, {to::first_slot})));
  CHECK_FALSE(always_ends(loop({}, {to::get(Role::array), to::put(Role::array)})));
  CHECK_FALSE(always_ends(loop({kPipeFilled}, {kPush, to::pipe(Do::pipe_drop_head, 0)})));
  CHECK_FALSE(always_ends(loop({}, {to::pipe(Do::pipe_drop_head, 0)})));
}

TEST_CASE("loops that use something up end", "[loops]") {
  CHECK(always_ends(loop({!is::request(kCompleted)}, {to::request(kCompleted)})));
  CHECK(always_ends(loop({!is::locked}, {to::lock})));
  CHECK(always_ends(loop({kPipeFilled}, {to::pipe(Do::pipe_drop_head, 0)})));
  CHECK(always_ends(loop({kPipeFilled}, {to::pipe(Do::pipe_keep_head, 0)})));
  CHECK(always_ends(loop({}, {to::next_slot})));
}

TEST_CASE("loops that undo each other's steps are found", "[loops]") {
  CHECK_FALSE(always_ends(loops({!is::locked}, {to::lock}, {is::locked}, {to::unlock})));
  CHECK_FALSE(always_ends(loops({kPipeFilled}, {to::pipe(Do::pipe_drop_head, 0)}, {}, {kPush})));
  CHECK(always_ends(loops({!is::locked}, {to::lock}, {!is::page(kDirty)}, {to::set(kDirty)})));
  CHECK(always_ends(loops({!is::locked}, {to::lock}, {!is::locked}, {to::lock})));
}

TEST_CASE("a loop over pages goes round only with an outcome that starts over", "[loops]") {
  const auto over_pages = [](const Next& next) {
    return test::HandMade(2)
        .actor({0, 1},
               [&](Builder& b) {
                 b.label("page");
                 b.step("page", "").outcome("", {}, {}, next);
               })
        .system();
  };
  CHECK(always_ends(over_pages(each_page("page"))));
  CHECK_FALSE(always_ends(over_pages(each_page("page", "page"))));
}

TEST_CASE("pages of two slots need not agree", "[loops]") {
  const auto to_and_fro = [](Builder& b) {
    b.label("again");
    b.step("on", "").outcome("", {!is::locked}, {to::next_slot});
    b.step("back", "").outcome("", {is::locked}, {to::first_slot}, at("again"));
  };
  CHECK_FALSE(always_ends(test::HandMade(2).actor({0, 1}, to_and_fro).system()));
}

}  // namespace pincheck
