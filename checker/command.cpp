// SPDX-License-Identifier: MIT
#include "checker/command.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>

namespace pincheck {

int terminal_width() {
  winsize size{};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 100;
}

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

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
  if (found == known.end())
    throw InputError(
        fmt::format("convention '{}' has an expect for unknown scenario '{}', "
                    "expected a shipped one or one given by --scenario",
                    convention.name, name));
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

std::vector<Convention> chosen_conventions(const Arguments& arguments, const Model& model) {
  std::vector<Convention> chosen;
  for (const auto& name : arguments.conventions) {
    chosen.push_back(find_convention(name, model.kinds));
    check_names(name, chosen.back());
  }
  if (arguments.conventions.empty()) chosen = shipped_conventions(model.kinds);
  for (Convention& convention : chosen) {
    if (!arguments.chk.empty()) convention.reclaim_tests_pins = arguments.chk == "on";
    if (!arguments.zp.empty()) convention.zero_pins_are_noops = arguments.zp == "on";
  }
  return chosen;
}

std::vector<Scenario> chosen_scenarios(const Arguments& arguments, const Model& model) {
  std::vector<Scenario> chosen;
  if (arguments.scenarios.empty()) chosen = shipped_scenarios(model.kinds);
  for (const auto& name : arguments.scenarios) {
    chosen.push_back(find_scenario(name, model.kinds));
    check_names(name, chosen.back(), model);
  }
  // What the command line says about reclaim wins over what a scenario says.
  if (!arguments.chk.empty())
    for (Scenario& scenario : chosen) scenario.reclaim_tests_pins.reset();
  return chosen;
}

void Saver::save(const Shown& shown) {
  if (folder_.empty() || shown.livelock) return;
  const Counterexample example =
      make_counterexample(shown.story, *shown.conventions.front(), shown.minimality, seed_);
  if (is_known(example)) return;
  try {
    saved_.push_back(save_counterexample(folder_, example, shown.story, shown.why));
    known_.push_back({saved_.back(), example});
  } catch (const InputError& error) {
    problem_ = error.what();
  }
}

bool Saver::is_known(const Counterexample& example) {
  const std::string name = file_name_of(example);
  return std::any_of(known_.begin(), known_.end(), [&](const CorpusFile& file) {
    return file_name_of(file.example) == name ||
           subsumes(file.example, example, model_, catalogue_);
  });
}

void Saver::finish() const {
  if (!problem_.empty()) throw InputError(problem_);
}

}  // namespace pincheck
