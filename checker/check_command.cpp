// SPDX-License-Identifier: MIT
// `pincheck check` and `pincheck verdicts`.
#include <fmt/format.h>

#include "checker/command.hpp"
#include "checker/report.hpp"
#include "checker/terminal.hpp"

namespace pincheck {

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
  if (!arguments.save.empty()) save_all(arguments.save, campaign.shown, arguments.options.seed);
  if (arguments.json)
    print(check_json(campaign, conventions, arguments.options, whole ? "check" : "verdicts"));
  else
    print(shown_text(campaign.shown) + random_text(campaign, conventions) + closing_text(campaign));
  return campaign.as_expected() && !campaign.interrupted ? kAsExpected : kDiffers;
}

}  // namespace pincheck
