// SPDX-License-Identifier: MIT
#include "checker/judge/expectations.hpp"

#include <algorithm>
#include <bit>
#include <map>

#include "model/compile/well_formed.hpp"

namespace pincheck::judge {
namespace {

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool covers(const Expectation& expect, const Scenario& scenario) {
  const auto blamed = [&](const ActorSpec& actor) { return has(expect.callers, actor.caller); };
  return scenario.without.empty() &&
         (expect.scenarios.empty() || has(expect.scenarios, scenario.name)) &&
         (expect.callers.empty() ||
          std::any_of(scenario.actors.begin(), scenario.actors.end(), blamed));
}

/// Names of the callers who are to blame for the property, wherever it shows.
std::vector<std::string> blamed_for(const Convention& convention, const Scenario& scenario,
                                    int property) {
  std::vector<std::string> all;
  for (const Expectation& expect : convention.expect)
    if (property_index(expect.property) == property && covers(expect, scenario))
      all.insert(all.end(), expect.callers.begin(), expect.callers.end());
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace

Declared declared(const Convention& convention, const Scenario& scenario) {
  Declared all;
  for (const Expectation& expect : convention.expect) {
    if (!covers(expect, scenario)) continue;
    const PropertySet bit = PropertySet{1} << property_index(expect.property);
    all.covered |= bit;
    if (!expect.scenarios.empty()) all.required |= bit;
  }
  return all;
}

std::vector<std::string> reasons(const Convention& convention, const Scenario& scenario,
                                 PropertySet violated) {
  std::vector<std::string> all;
  for (const Expectation& expect : convention.expect)
    if (covers(expect, scenario) && (violated >> property_index(expect.property) & 1) != 0 &&
        !has(all, expect.reason))
      all.push_back(expect.reason);
  return all;
}

PropertySet shown_by_others(const Convention& convention, const Scenario& scenario,
                            PropertySet shown, const Kinds& kinds, const Violations& violated_in) {
  std::map<std::vector<std::string>, PropertySet> known;  // by who is left out
  const Declared all = declared(convention, scenario);
  PropertySet others = 0;
  for (PropertySet rest = shown & all.covered & ~all.required; rest != 0; rest &= rest - 1) {
    const int property = std::countr_zero(rest);
    const auto blamed = blamed_for(convention, scenario, property);
    auto found = known.find(blamed);
    if (found == known.end()) {
      Scenario without = scenario;
      std::erase_if(without.actors,
                    [&](const ActorSpec& actor) { return has(blamed, actor.caller); });
      without = tidied(std::move(without), kinds);
      const bool nobody = without.actors.empty();
      found = known.emplace(blamed, nobody ? 0 : violated_in(without)).first;
    }
    others |= found->second & (PropertySet{1} << property);
  }
  return others;
}

}  // namespace pincheck::judge
