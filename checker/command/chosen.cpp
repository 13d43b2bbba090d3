// SPDX-License-Identifier: MIT
#include "checker/command/chosen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "checker/counterexample/corpus.hpp"
#include "model/base/nearest.hpp"

namespace pincheck::command {

Model make_model() {
  Model model;
  model.baseline = find_convention("get-put", model.kinds);
  return model;
}

namespace {

/// An expect that names a scenario must be able to cover it.
void check_expected(const Convention& convention, const Expectation& expect,
                    const std::string& name, const std::map<std::string, const Scenario*>& known) {
  const auto found = known.find(name);
  if (found == known.end()) {
    Names names;
    for (const auto& [one, scenario] : known) names.emplace_back(one);
    throw InputError(
        fmt::format("convention '{}' has an expect for unknown scenario '{}', "
                    "expected a shipped one or one given by --scenario{}",
                    convention.name, name, did_you_mean(name, names)));
  }
  const Scenario& scenario = *found->second;
  if (!scenario.without.empty())
    throw InputError(
        fmt::format("convention '{}' has an expect for scenario '{}', which takes a check out of "
                    "the kernel, expected none: nothing covers that",
                    convention.name, name));
  const auto blamed = [&](const ActorSpec& actor) {
    return std::find(expect.callers.begin(), expect.callers.end(), actor.caller) !=
           expect.callers.end();
  };
  if (!expect.callers.empty() &&
      std::none_of(scenario.actors.begin(), scenario.actors.end(), blamed))
    throw InputError(
        fmt::format("convention '{}' has an expect for scenario '{}', in which none of its callers "
                    "takes part, expected one that does",
                    convention.name, name));
}

}  // namespace

void check_expected_scenarios(const std::vector<Convention>& conventions,
                              const std::vector<Scenario>& judged, const Model& model) {
  std::map<std::string, const Scenario*> known;
  for (const Scenario& scenario : shipped_scenarios(model.kinds)) known[scenario.name] = &scenario;
  for (const Scenario& scenario : judged) known[scenario.name] = &scenario;
  for (const Convention& convention : conventions)
    for (const Expectation& expect : convention.expect)
      for (const auto& name : expect.scenarios) check_expected(convention, expect, name, known);
}

void WhatIf::declare(const Arguments& arguments) {
  arguments.add("--chk", chk_, "what if reclaim tested pins before it strips buffers")
      .one_of({"on", "off"});
  arguments.add("--zp", zp_, "what if pins of the zero page were no-ops").one_of({"on", "off"});
}

std::string WhatIf::words() const {
  return (chk_.empty() ? "" : " --chk " + chk_) + (zp_.empty() ? "" : " --zp " + zp_);
}

void WhatIf::change(Convention& convention) const {
  if (!chk_.empty()) convention.reclaim_tests_pins = chk_ == "on";
  if (!zp_.empty()) convention.zero_pins_are_noops = zp_ == "on";
}

void WhatIf::change(Scenario& scenario) const {
  if (!chk_.empty()) scenario.reclaim_tests_pins.reset();
}

Convention chosen_convention(const std::string& name, const Model& model) {
  Convention convention = find_convention(name, model.kinds);
  counterexample::check_names(name, convention);
  return convention;
}

Scenario chosen_scenario(const std::string& name, const Model& model) {
  Scenario scenario = find_scenario(name, model.kinds);
  counterexample::check_names(name, scenario, model);
  return scenario;
}

std::vector<Convention> chosen_conventions(const std::vector<std::string>& names,
                                           const WhatIf& what_if, const Model& model) {
  std::vector<Convention> chosen;
  for (const auto& name : names) chosen.push_back(chosen_convention(name, model));
  if (names.empty()) chosen = shipped_conventions(model.kinds);
  for (Convention& convention : chosen) what_if.change(convention);
  return chosen;
}

std::vector<Scenario> chosen_scenarios(const std::vector<std::string>& names, const WhatIf& what_if,
                                       const Model& model) {
  std::vector<Scenario> chosen;
  for (const auto& name : names) chosen.push_back(chosen_scenario(name, model));
  if (names.empty()) chosen = shipped_scenarios(model.kinds);
  for (Scenario& scenario : chosen) what_if.change(scenario);
  return chosen;
}

std::string shell_word(const std::string& word) {
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || std::string_view("-_./=+:,@%").find(c) != std::string_view::npos;
  });
  if (plain) return word;
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

void add_seed(const Arguments& arguments, std::uint64_t& seed) {
  arguments.add("--seed", seed, "where the random choices start")
      .between(0, counterexample::kMaxSeed)
      .shows_default();
}

void add_shrink_budget(const Arguments& arguments, double& seconds) {
  arguments
      .add("--shrink-budget", seconds,
           "at most this many seconds for each counterexample; 0: no limit")
      .not_negative()
      .shows_default();
}

}  // namespace pincheck::command
