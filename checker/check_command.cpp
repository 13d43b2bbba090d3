// SPDX-License-Identifier: MIT
// `pincheck check` and `pincheck verdicts`.
#include <fmt/format.h>

#include <filesystem>
#include <map>

#include "checker/command.hpp"
#include "checker/counterexample/corpus.hpp"
#include "checker/coverage.hpp"
#include "checker/report.hpp"
#include "checker/terminal.hpp"

namespace pincheck {
namespace {

/// What comes inside the program and what is in the folder, each name once.
std::vector<CorpusFile> whole_corpus(const std::string& folder, const Model& model) {
  std::map<std::string, CorpusFile> by_name;
  for (CorpusFile& file : shipped_corpus(model))
    by_name.insert_or_assign(std::filesystem::path(file.path).filename().string(), std::move(file));
  for (CorpusFile& file : read_corpus(folder, model))
    by_name.insert_or_assign(std::filesystem::path(file.path).filename().string(), std::move(file));
  std::vector<CorpusFile> all;
  for (auto& [name, file] : by_name) all.push_back(std::move(file));
  return all;
}

}  // namespace

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

  std::vector<CorpusFile> corpus;
  if (whole) corpus = whole_corpus(kRegressionFolder, model);
  const bool chosen = !arguments.save.empty();
  Catalogue catalogue;
  Saver saver(model, catalogue,
              chosen  ? arguments.save
              : whole ? kRegressionFolder
                      : "",
              options.seed, chosen ? std::vector<CorpusFile>{} : corpus);
  Progress progress;
  const Watcher watcher{
      [&](std::string_view phase, std::size_t done, std::size_t all) {
        progress.show(phase, done, all);
        return !interrupted();
      },
      [&](const Convention& convention, const Scenario& scenario, PropertySet found) {
        progress.clear();
        notice(fmt::format("found: {} under {} violates {}; shrinking follows\n", scenario.name,
                           convention.name, property_names(found)));
      },
      [&](const Shown& shown) { saver.save(shown); }};
  Campaign campaign;
  campaign.corpus = replay_all(corpus, model, catalogue, options.stopped);
  judge_all(campaign, scenarios, conventions, model, catalogue, options, watcher);
  campaign.interrupted = campaign.interrupted || interrupted();
  if (!arguments.json) {
    progress.clear();
    print(corpus_text(campaign.corpus) + table_text(campaign.cells, conventions, terminal_width()));
  }
  StoryTeller teller(model, catalogue,
                     {.seconds = options.shrink_seconds, .stopped = options.stopped, .better = {}});
  if (whole) show_all(campaign, teller, options, watcher);
  if (random && !campaign.interrupted)
    search_randomly(campaign, conventions, model, catalogue, teller, options, watcher);
  if (whole && everything && !campaign.interrupted) {
    list_everything(conventions, model, catalogue);
    campaign.unreached = unreached(catalogue, campaign.visits);
  }
  campaign.interrupted = campaign.interrupted || interrupted();
  progress.clear();
  campaign.saved = saver.saved();
  if (arguments.json)
    print(check_json(campaign, conventions, arguments.options, whole ? "check" : "verdicts"));
  else
    print(shown_text(campaign.shown) + random_text(campaign, conventions) + closing_text(campaign));
  saver.finish();
  return campaign.as_expected() && !campaign.interrupted ? kAsExpected : kDiffers;
}

}  // namespace pincheck
