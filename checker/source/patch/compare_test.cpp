// SPDX-License-Identifier: MIT
#include "checker/source/patch/compare.hpp"

#include <catch2/catch.hpp>

namespace pincheck::patch {
namespace {

using follow::Verdict;

/// A balanced function of which callers are told so much.
Verdict balanced(int passes, int turns, std::set<std::string> ends) {
  Verdict one;
  one.function = "f";
  one.decision = follow::Decision::balanced;
  one.passes = passes;
  one.turns = turns;
  one.ends = std::move(ends);
  return one;
}

Pair compared(const Verdict& before, const Verdict& after) {
  const auto all = compare({{"f.c", "", false, {before}}}, {{"f.c", "", false, {after}}}, {}, {});
  REQUIRE(all.size() == 1);
  return all.front();
}

}  // namespace

TEST_CASE("compare: what callers are left with is a change, where both were followed alike",
          "[source]") {
  const std::string nothing = "success: nothing", kept = "success: 1 get kept";
  const Pair changed = compared(balanced(1, 3, {nothing}), balanced(1, 3, {kept}));
  CHECK(changed.now_left == std::vector{kept});
  CHECK(changed.no_longer_left == std::vector{nothing});
  CHECK(changed.how == How::worse);

  // With fewer turns there may be fewer ends.
  const Pair fewer = compared(balanced(1, 3, {nothing, kept}), balanced(1, 2, {nothing}));
  CHECK(fewer.no_longer_left.empty());
  CHECK(fewer.how == How::same);

  // With less knowledge there may be ends that cannot be.
  const Pair less = compared(balanced(2, 3, {nothing}), balanced(1, 3, {nothing, kept}));
  CHECK(less.now_left.empty());
  CHECK(less.how == How::same);
}

}  // namespace pincheck::patch
