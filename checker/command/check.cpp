// SPDX-License-Identifier: MIT
// `pincheck check` and `pincheck verdicts`.
#include <fmt/format.h>

#include <filesystem>
#include <map>

#include "checker/clock.hpp"
#include "checker/command/chosen.hpp"
#include "checker/counterexample/corpus.hpp"
#include "checker/report/report.hpp"
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

/// Whether two paths lead to the same folder.
bool same_folder(const std::string& one, const std::string& other) {
  std::error_code error;
  return std::filesystem::equivalent(one, other, error);
}

/// What a run of the command needs throughout, and the run itself.
class Check {
 public:
  Check(const Arguments& arguments, bool whole)
      : arguments_(arguments),
        whole_(whole),
        conventions_(chosen_conventions(arguments, model_)),
        scenarios_(chosen_scenarios(arguments, model_)),
        options_(arguments.options),
        corpus_(whole ? whole_corpus(kRegressionFolder, model_) : std::vector<CorpusFile>{}) {
    check_expected_scenarios(conventions_, scenarios_, model_);
    if (!arguments.save.empty()) make_folder(arguments.save);
    catch_interrupts();
    const double start = now_seconds();
    const double budget = options_.budget_seconds;
    options_.stopped = [start, budget] {
      return interrupted() || (budget > 0 && now_seconds() - start > budget);
    };
  }

  ExitCode run() {
    campaign_.corpus = replay_all(corpus_, model_, catalogue_, options_.stopped);
    judge_all(campaign_, scenarios_, conventions_, model_, catalogue_, options_, watcher_);
    progress_.clear();
    if (!arguments_.json)
      print(corpus_text(campaign_.corpus) +
            table_text(campaign_.cells, conventions_, terminal_width()));
    if (whole_) look_further();
    progress_.clear();
    if (campaign_.cut) campaign_.ending = interrupted() ? Explored::interrupted : Explored::time;
    campaign_.saved = saver_.saved();
    report();
    saver_.finish();
    return campaign_.exit_code();
  }

 private:
  void look_further() {
    StoryTeller teller(
        model_, catalogue_,
        {.seconds = options_.shrink_seconds, .stopped = options_.stopped, .better = {}});
    show_all(campaign_, teller, options_, watcher_);
    if (!arguments_.scenarios.empty() || campaign_.cut) return;
    search_randomly(campaign_, conventions_, model_, catalogue_, teller, options_, watcher_);
    if (!arguments_.conventions.empty() || campaign_.cut) return;
    reach_rest(campaign_, conventions_, model_, catalogue_, teller, options_, watcher_);
  }

  void report() const {
    if (arguments_.json)
      print(check_json(campaign_, conventions_, options_, whole_ ? "check" : "verdicts"));
    else
      print(shown_text(campaign_.shown) + random_text(campaign_, conventions_) +
            closing_text(campaign_, options_));
  }

  const Arguments& arguments_;
  const bool whole_;
  const Model model_ = make_model();
  const std::vector<Convention> conventions_;
  const std::vector<Scenario> scenarios_;
  CampaignOptions options_;
  const std::vector<CorpusFile> corpus_;
  Catalogue catalogue_;
  Campaign campaign_;
  Progress progress_;
  // What the corpus has need not be added to it once more.
  Saver saver_{
      model_, catalogue_, arguments_.save, options_.seed,
      same_folder(arguments_.save, kRegressionFolder) ? corpus_ : std::vector<CorpusFile>{}};
  const Watcher watcher_{
      [this](std::string_view phase, std::size_t done, std::size_t all) {
        progress_.show(phase, done, all);
        return !says(options_.stopped);
      },
      [this](const Convention& convention, const Scenario& scenario, PropertySet found) {
        progress_.clear();
        notice(fmt::format("found: {} under {} violates {}; shrinking follows\n", scenario.name,
                           convention.name, property_names(found)));
      },
      [this](const Shown& shown) { saver_.save(shown); }};
};

}  // namespace

ExitCode run_check(const Arguments& arguments, bool whole) { return Check(arguments, whole).run(); }

}  // namespace pincheck
