// SPDX-License-Identifier: MIT
// The command line.
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <set>

#include "checker/report.hpp"
#include "checker/terminal.hpp"
#include "checker/version.hpp"

namespace pincheck {
namespace {

constexpr int kAsExpected = 0;
constexpr int kDiffers = 1;
constexpr int kBadInput = 2;

struct Arguments {
  std::vector<std::string> conventions;
  std::vector<std::string> scenarios;
  std::vector<std::string> files;
  std::string what;
  std::string save;
  std::string chk;
  std::string zp;
  CampaignOptions options;
  bool json = false;
};

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

/// Names in a scenario that only this layer knows. `origin` is a file or a shipped name.
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

/// A scenario that a convention speaks of must be shipped or among those being judged.
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

void save_all(const std::string& folder, const Campaign& campaign, std::uint64_t seed) {
  for (const Shown& shown : campaign.shown) {
    const Convention& convention = *shown.conventions.front();
    const Counterexample example = make_counterexample(shown.story, convention, seed);
    const std::string name =
        fmt::format("{}-{}-{}.toml", example.scenario.name, example.property, convention.name);
    write_atomically((std::filesystem::path(folder) / name).string(),
                     counterexample_text(example, shown.story));
  }
}

int run_check(const Arguments& arguments, bool whole) {
  const Model model = make_model();
  const auto conventions = chosen_conventions(arguments, model);
  const auto scenarios = chosen_scenarios(arguments, model);
  check_expected_scenarios(conventions, scenarios, model);
  if (!arguments.save.empty()) make_folder(arguments.save);
  const bool everything = arguments.conventions.empty() && arguments.scenarios.empty();
  const bool random = whole && arguments.scenarios.empty();
  catch_interrupts();
  CampaignOptions options = arguments.options;
  options.stopped = interrupted;
  Progress progress;
  const Watcher watcher{
      [&](std::string_view phase, std::size_t done, std::size_t all) {
        progress.show(phase, done, all);
        return !interrupted();
      },
      [&](const Convention& convention, const Scenario& scenario, PropertySet found) {
        progress.clear();
        fmt::print(stderr, "found: {} under {} violates {}; shrinking follows\n", scenario.name,
                   convention.name, property_names(found));
      }};
  Catalogue catalogue;
  Campaign campaign;
  judge_all(campaign, scenarios, conventions, model, catalogue, options, watcher);
  campaign.interrupted = campaign.interrupted || interrupted();
  if (!arguments.json) {
    progress.clear();
    print(table_text(campaign.cells, conventions, terminal_width()));
  }
  if (whole) show_all(campaign, model, catalogue);
  if (random && !campaign.interrupted)
    search_randomly(campaign, conventions, model, catalogue, options, watcher);
  if (whole && everything && !campaign.interrupted) {
    list_everything(conventions, model, catalogue);
    campaign.unreached = unreached(catalogue, campaign.visits);
  }
  progress.clear();
  if (!arguments.save.empty()) save_all(arguments.save, campaign, arguments.options.seed);
  if (arguments.json)
    print(check_json(campaign, conventions, arguments.options, whole ? "check" : "verdicts"));
  else
    print(shown_text(campaign.shown) + random_text(campaign, conventions) + closing_text(campaign));
  return campaign.as_expected() && !campaign.interrupted ? kAsExpected : kDiffers;
}

int run_replay(const Arguments& arguments) {
  const Model model = make_model();
  Catalogue catalogue;
  std::string out;
  const bool several = arguments.json && arguments.files.size() > 1;
  bool all = true;
  for (const auto& file : arguments.files) {
    const Counterexample example = parse_counterexample(read_file(file), file, model.kinds);
    check_names(file, example.scenario, model);
    check_names(file, example.convention);
    const Replay replay = replay_counterexample(example, file, model, catalogue);
    all = all && replay.reproduced;
    if (several) out += out.empty() ? "[" : ",\n";
    out += arguments.json ? replay_json(replay, example) : replay_text(replay, example);
  }
  print(several ? out + "]\n" : out);
  return all ? kAsExpected : kDiffers;
}

int run_list(const Arguments& arguments) {
  const Model model = make_model();
  Catalogue catalogue;
  const auto items = list_of(arguments.what, model, catalogue);
  print(arguments.json ? list_json(arguments.what, items) : list_text(items));
  return kAsExpected;
}

/// CLI11's own exit codes differ; usage errors are bad input here.
int usage(const CLI::App& app, const CLI::ParseError& error) {
  return app.exit(error) == 0 ? kAsExpected : kBadInput;
}

int run(int argc, char** argv) {
  CLI::App app{
      "pincheck: checks who takes and drops which page reference, in every order.\n"
      "Exit status: 0 as the conventions declare, 1 not, 2 bad input or usage."};
  app.set_version_flag("--version", std::string(kVersion));
  app.require_subcommand(1);
  Arguments arguments;
  const auto common = [&](CLI::App& command) {
    command.add_flag("--json", arguments.json, "print JSON (checker/output.schema.json)");
    command.add_option("--seed", arguments.options.seed, "where the random choices start")
        ->check(CLI::Range(std::int64_t{0}, kMaxSeed))
        ->capture_default_str();
  };
  const auto selection = [&](CLI::App& command) {
    command.add_option("--convention", arguments.conventions,
                       "shipped names or files; all if none");
    command.add_option("--scenario", arguments.scenarios, "shipped names or files; all if none");
    command
        .add_option("--schedules", arguments.options.schedules, "schedules per cell of the table")
        ->check(CLI::Range(1, 100000000))
        ->capture_default_str();
    command
        .add_option("--chk", arguments.chk, "what if reclaim tested pins before it strips buffers")
        ->check(CLI::IsMember({"on", "off"}));
    command.add_option("--zp", arguments.zp, "what if pins of the zero page were no-ops")
        ->check(CLI::IsMember({"on", "off"}));
  };

  CLI::App& check = *app.add_subcommand(
      "check", "the main job: verdict table, counterexamples, random scenarios, coverage");
  selection(check);
  common(check);
  check.add_option("--cases", arguments.options.cases, "random scenarios (none with --scenario)")
      ->check(CLI::Range(0, 100000000))
      ->capture_default_str();
  check
      .add_option("--budget", arguments.options.budget_seconds,
                  "stop the random part after this many seconds")
      ->check(CLI::NonNegativeNumber);
  check.add_option("--save", arguments.save, "write the counterexamples into this folder");

  CLI::App& verdicts = *app.add_subcommand("verdicts", "the verdict table only");
  selection(verdicts);
  common(verdicts);

  CLI::App& replay = *app.add_subcommand("replay", "replay counterexample files and explain them");
  replay.add_option("files", arguments.files, "counterexample files")->required();
  common(replay);

  CLI::App& list = *app.add_subcommand("list", "what the model knows");
  list.add_option("what", arguments.what)->required()->check(CLI::IsMember(listable()));
  common(list);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return usage(app, error);
  }
  if (check.parsed()) return run_check(arguments, true);
  if (verdicts.parsed()) return run_check(arguments, false);
  if (replay.parsed()) return run_replay(arguments);
  return run_list(arguments);
}

}  // namespace
}  // namespace pincheck

int main(int argc, char** argv) {
  try {
    return pincheck::run(argc, argv);
  } catch (const std::exception& error) {
    // Everything an input can cause is an InputError or a NotStated; its message is complete.
    std::fprintf(stderr, "pincheck: %s\n", error.what());
    return 2;
  }
}
