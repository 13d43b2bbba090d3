// SPDX-License-Identifier: MIT
#include "checker/command/judging.hpp"

#include <fmt/format.h>

#include "checker/report/campaign.hpp"
#include "model/base/clock.hpp"

namespace pincheck::command {
namespace {

/// The part of a budget in which is searched; the rest is for telling what was found, which was
/// measured to take 1 to 4 % of it.
constexpr double kSearching = 0.97;

}  // namespace

void Selection::declare(const Arguments& arguments) {
  arguments.add("--convention", conventions, "shipped names or files; all if none")
      .is(Value::convention);
  arguments.add("--scenario", scenarios, "shipped names or files; all if none").is(Value::scenario);
  arguments.add("--schedules", options.schedules, "schedules per cell of the table")
      .between(1, 100000000)
      .shows_default();
  what_if.declare(arguments);
}

Judging::Judging(const Selection& what)
    : selection(what),
      conventions(chosen_conventions(selection.conventions, selection.what_if, model)),
      scenarios(chosen_scenarios(selection.scenarios, selection.what_if, model)),
      options(selection.options) {
  check_expected_scenarios(conventions, scenarios, model);
  render::catch_interrupts();
  const bool limited = options.budget_seconds > 0;
  if (limited) progress.ends_at(kBegan + options.budget_seconds);
  options.stopped = [limited, end = kBegan + kSearching * options.budget_seconds] {
    return render::interrupted() || (limited && now_seconds() > end);
  };
}

judge::Watcher Judging::watcher(std::function<void(const judge::Shown&)> shown) {
  return {
      [this](std::string_view phase, std::size_t done, std::size_t all) {
        const auto [reached, of] = search::coverage(catalogue, campaign.visits);
        progress.show(phase, done, all, fmt::format(", {} of {} steps reached", reached, of));
        return !says(options.stopped);
      },
      [this](const Convention& convention, const Scenario& scenario, PropertySet found) {
        progress.clear();
        render::notice(fmt::format("found: {} under {} violates {}; shrinking follows\n",
                                   scenario.name, convention.name, judge::property_names(found)));
      },
      std::move(shown)};
}

std::string Judging::judge(const judge::Watcher& watcher) {
  judge::judge_all(campaign, scenarios, conventions, model, catalogue, options, watcher);
  progress.clear();
  return report::table_text(campaign.cells, conventions, render::terminal_width());
}

std::string Judging::command(const judge::Cell& cell) const {
  // Where the user named a file, it is read again.
  const auto word = [](const std::vector<std::string>& given, std::ptrdiff_t index,
                       const std::string& name) {
    return shell_word(given.empty() ? name : given[static_cast<std::size_t>(index)]);
  };
  return fmt::format(
      "pincheck explore {} --convention {}{}",
      word(selection.scenarios, cell.scenario - scenarios.data(), cell.scenario->name),
      word(selection.conventions, cell.convention - conventions.data(), cell.convention->name),
      selection.what_if.words());
}

void Judging::close() {
  progress.clear();
  if (campaign.cut)
    campaign.ending =
        render::interrupted() ? explore::Explored::interrupted : explore::Explored::time;
}

void Selection::declare_further(const Arguments& arguments) {
  arguments.add("--cases", options.cases, "random scenarios (none with --scenario)")
      .between(0, 100000000)
      .shows_default();
  arguments
      .add("--budget", options.budget_seconds,
           "stop after this many seconds; nothing is said about coverage then")
      .not_negative();
  add_shrink_budget(arguments, options.shrink_seconds);
}

void Judging::look_further(const judge::Watcher& watcher) {
  judge::StoryTeller teller(
      model, catalogue,
      {.seconds = options.shrink_seconds, .stopped = options.stopped, .better = {}});
  judge::show_all(campaign, teller, options, watcher);
  if (!selection.scenarios.empty() || campaign.cut) return;
  judge::search_randomly(campaign, conventions, model, catalogue, teller, options, watcher);
  if (!selection.conventions.empty() || campaign.cut) return;
  judge::reach_rest(campaign, conventions, model, catalogue, teller, options, watcher);
}

}  // namespace pincheck::command
