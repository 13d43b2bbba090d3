// SPDX-License-Identifier: MIT
#include "checker/report/exploration.hpp"

#include <catch2/catch.hpp>

#include "checker/testing/test_support.hpp"

namespace pincheck::report {
namespace {

std::string text_without(const std::vector<std::string>& unstated) {
  const Scenario scenario = find_scenario("s2-splice-to-nfs", test::model().kinds);
  const Convention convention = test::convention("linux-6.12");
  Exploration one;
  one.cell = judge::make_cell(scenario, convention);
  one.result.unstated = unstated;
  one.result.ending = explore::Explored::finished;
  one.cell.verdict = judge::Verdict::holds;
  return exploration_text(one);
}

}  // namespace

TEST_CASE("an exploration says for whose sake it did without reductions", "[explore]") {
  using Catch::Contains;
  CHECK_THAT(text_without({}), Contains("  reductions: "));
  CHECK_THAT(text_without({"one"}), Contains("  no reductions: one does not say what it reads\n"));
  CHECK_THAT(text_without({"one", "two"}),
             Contains("  no reductions: one and two do not say what they read\n"));
}

}  // namespace pincheck::report
