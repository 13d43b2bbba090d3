// SPDX-License-Identifier: MIT
#include "checker/command.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <set>

#include "checker/counterexample.hpp"

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

void check_names(const std::string& origin, const Scenario& scenario, const Model& model) {
  for (const auto& name : scenario.asks)
    if (property_index(name) < 0)
      throw InputError(
          fmt::format("{}: scenario '{}' asks about unknown property '{}', expected "
                      "one that `pincheck list properties` shows",
                      origin, scenario.name, name));
  if (scenario.without.empty()) return;
  Catalogue catalogue;
  list_everything(shipped_conventions(model.kinds), model, catalogue);
  for (const auto& guard : scenario.without)
    if (!catalogue.guards().contains(guard))
      throw InputError(
          fmt::format("{}: scenario '{}' is without unknown guard '{}', expected one "
                      "that `pincheck list guards` shows",
                      origin, scenario.name, guard));
}

void check_names(const std::string& origin, const Convention& convention) {
  for (const Expectation& expect : convention.expect)
    if (property_index(expect.property) < 0)
      throw InputError(
          fmt::format("{}: convention '{}' has an expect for unknown property '{}', "
                      "expected one that `pincheck list properties` shows",
                      origin, convention.name, expect.property));
}

void check_expected_scenarios(const std::vector<Convention>& conventions,
                              const std::vector<Scenario>& judged, const Model& model) {
  std::set<std::string> known;
  for (const Scenario& scenario : shipped_scenarios(model.kinds)) known.insert(scenario.name);
  for (const Scenario& scenario : judged) known.insert(scenario.name);
  for (const Convention& convention : conventions)
    for (const Expectation& expect : convention.expect)
      for (const auto& name : expect.scenarios)
        if (!known.contains(name))
          throw InputError(
              fmt::format("convention '{}' has an expect for unknown scenario '{}', "
                          "expected a shipped one or one given by --scenario",
                          convention.name, name));
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

void make_folder(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error)
    throw InputError(fmt::format("{}: cannot be made, expected a folder to save into: {}", folder,
                                 error.message()));
}

void save_all(const std::string& folder, const std::vector<Shown>& all, std::uint64_t seed) {
  for (const Shown& shown : all) {
    if (shown.livelock) continue;
    const Convention& convention = *shown.conventions.front();
    const Counterexample example = make_counterexample(shown.story, convention, seed);
    const std::string name =
        fmt::format("{}-{}-{}.toml", example.scenario.name, example.property, convention.name);
    write_atomically((std::filesystem::path(folder) / name).string(),
                     counterexample_text(example, shown.story));
  }
}

}  // namespace pincheck
