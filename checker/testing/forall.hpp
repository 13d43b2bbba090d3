// SPDX-License-Identifier: MIT
// checker/testing: uses checker/report, checker/predict, checker/reproduce; used by all tests.
// Properties of random scenarios, systems and runs. RapidCheck draws them, and makes one that fails
// as small as it can. CTest fixes its seed (RC_PARAMS), scripts/night does not.
#pragma once

#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>
#include <string>
#include <utility>

#include "checker/generate/generate.hpp"
#include "checker/generate/grammar.hpp"
#include "checker/testing/sample.hpp"
#include "shrinkers/scenario.hpp"

namespace pincheck {

/// How RapidCheck shows one.
inline void showValue(const Scenario& scenario, std::ostream& out) {
  out << write_scenario(scenario, "");
}

}  // namespace pincheck

namespace pincheck::test {

/// So many cases; those that RC_PRE passes over do not count.
inline rc::detail::TestParams params(int cases) {
  rc::detail::TestParams some = rc::detail::configuration().testParams;
  some.maxSuccess = cases;
  some.maxDiscardRatio = 1000;
  return some;
}

/// The property, which says by RC_ASSERT that it does not hold, for so many cases, or a share.
template <class Property>
void forall(int cases, const Property& property) {
  const auto result = rc::detail::checkTestable(property, rc::detail::TestMetadata{},
                                                params(std::max(1, cases / kShare)));
  std::ostringstream text;
  rc::detail::printResultMessage(result, text);
  INFO(text.str());
  CHECK(result.template is<rc::detail::SuccessResult>());
}

/// Draws from RapidCheck, inside rc::gen::exec or a property: a choice shrinks to its lowest.
class DrawnChooser final : public generate::Chooser {
 public:
  int number(int low, int high) override {
    return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(low, high + 1));
  }
  bool chance(int percent) override { return number(0, 99) >= 100 - percent; }
};

/// What make(seed) makes of any seed; simpler() gives what it shrinks to.
template <class Make, class Simpler>
auto made_from_seeds(const Make& make, const Simpler& simpler) {
  using Made = decltype(make(std::uint64_t{}));
  return rc::Gen<Made>([=](const rc::Random& random, int) {
    return rc::shrinkable::shrinkRecur(make(rc::Random(random).next()), [=](const Made& made) {
      return rc::seq::fromContainer(simpler(made));
    });
  });
}

/// The generator's, which shrink as those that fail for users do.
inline rc::Gen<Scenario> scenarios(const Kinds& kinds = model().kinds) {
  return made_from_seeds(
      [kinds](std::uint64_t seed) { return generate::generate_scenario(kinds, seed); },
      [](const Scenario& s) { return shrinkers::simpler(s, shrinkers::Keep::nothing); });
}

/// Inside a property: a scenario of the generator as a system under a shipped convention, of one in
/// two with a check taken out.
inline Sample any_sample() {
  Scenario scenario = *scenarios();
  DrawnChooser choose;
  const Convention& convention = choose.one_of(shipped_conventions(model().kinds));
  const auto checks = checks_of(scenario, convention);
  if (!checks.empty() && choose.chance(50)) scenario.without.insert(choose.one_of(checks));
  auto system = compiled(scenario, convention);
  RC_PRE(system.has_value());
  return {write_scenario(scenario, "") + "# under " + convention.name, std::move(*system)};
}

/// Inside a property: calls use() in each state of a random run of the system, until its end.
template <class Use>
void any_run(const System& system, const Use& use) {
  DrawnChooser choose;
  Run run(system);
  for (use(run); !run.ended(); use(run))
    run.take(run.choices().item[choose.number(0, run.choices().size - 1)]);
}

}  // namespace pincheck::test
