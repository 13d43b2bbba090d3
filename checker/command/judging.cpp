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
  arguments.add("--convention", conventions, "shipped names or files; all if none");
  arguments.add("--scenario", scenarios, "shipped names or files; all if none");
  arguments.add("--schedules", options.schedules, "schedules per cell of the table")
      .between(1, 100000000)
      .shows_default();
  what_if.declare(arguments);
}

Judging::Judging(const Selection& selection)
    : conventions(chosen_conventions(selection.conventions, selection.what_if, model)),
      scenarios(chosen_scenarios(selection.scenarios, selection.what_if, model)),
      options(selection.options) {
  check_expected_scenarios(conventions, scenarios, model);
  render::catch_interrupts();
  const double end = kBegan + kSearching * options.budget_seconds;
  options.stopped = [end, limited = options.budget_seconds > 0] {
    return render::interrupted() || (limited && now_seconds() > end);
  };
}

judge::Watcher Judging::watcher(std::function<void(const judge::Shown&)> shown) {
  return {
      [this](std::string_view phase, std::size_t done, std::size_t all) {
        progress.show(phase, done, all);
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

void Judging::close() {
  progress.clear();
  if (campaign.cut)
    campaign.ending =
        render::interrupted() ? explore::Explored::interrupted : explore::Explored::time;
}

}  // namespace pincheck::command
