// SPDX-License-Identifier: MIT
// `pincheck check`.
#include <filesystem>
#include <map>

#include "checker/command/command.hpp"
#include "checker/command/judging.hpp"
#include "checker/command/saver.hpp"
#include "checker/judge/profiles.hpp"
#include "checker/report/campaign.hpp"

namespace pincheck::command {
namespace {

/// What comes inside the program and what is in the folder, each name once.
std::vector<counterexample::CorpusFile> whole_corpus(const std::string& folder,
                                                     const Model& model) {
  std::map<std::string, counterexample::CorpusFile> by_name;
  for (counterexample::CorpusFile& file : counterexample::shipped_corpus(model))
    by_name.insert_or_assign(std::filesystem::path(file.path).filename().string(), std::move(file));
  for (counterexample::CorpusFile& file : counterexample::read_corpus(folder, model))
    by_name.insert_or_assign(std::filesystem::path(file.path).filename().string(), std::move(file));
  std::vector<counterexample::CorpusFile> all;
  for (auto& [name, file] : by_name) all.push_back(std::move(file));
  return all;
}

/// Whether two paths lead to the same folder.
bool same_folder(const std::string& one, const std::string& other) {
  std::error_code error;
  return std::filesystem::equivalent(one, other, error);
}

class Check final : public Command {
 public:
  Check()
      : Command("check",
                "the main job: verdict table, counterexamples, random scenarios, coverage") {}

  void declare(const Arguments& arguments) override {
    judge::CampaignOptions& options = selection_.options;
    // Declared before what it sets, and so read before that: the others say more, in any order.
    std::vector<std::string> profiles;
    for (const judge::Profile& one : judge::kProfiles) profiles.emplace_back(one.name);
    arguments
        .call(
            "--profile",
            [&options](const std::string& chosen) {
              for (const judge::Profile& one : judge::kProfiles)
                if (one.name == chosen) judge::apply(one, options);
            },
            "how much to do: a third of the usual, or hours; what else is said counts before it")
        .one_of(profiles);
    selection_.declare(arguments);
    arguments.formats(out_);
    arguments.quiet(out_);
    arguments.flag("-v,--verbose", verbose_, "the table, every story, and how the time was spent");
    arguments.flag("--statistics", statistics_,
                   "how often each outcome was taken by each path, caller and kind; which never, "
                   "and what would; the first violation of each convention");
    add_seed(arguments, options.seed);
    arguments
        .add("--save", save_,
             "write the counterexamples into this folder; into corpus/regression only "
             "those it does not have. Without it nothing is written")
        .is(Value::folder);
    selection_.declare_further(arguments);
  }

  ExitCode run() override {
    Judging judging(selection_);
    const auto corpus = whole_corpus(counterexample::kRegressionFolder, judging.model);
    if (!save_.empty()) counterexample::make_folder(save_);
    // What the corpus has need not be added to it once more.
    Saver saver(judging.model, judging.catalogue, save_, judging.options.seed,
                same_folder(save_, counterexample::kRegressionFolder)
                    ? corpus
                    : std::vector<counterexample::CorpusFile>{});
    const judge::Watcher watcher =
        judging.watcher([&](const judge::Shown& shown) { saver.save(shown); });
    judge::Campaign& campaign = judging.campaign;
    campaign.corpus = counterexample::replay_all(corpus, judging.model, judging.catalogue,
                                                 judging.options.stopped);
    const std::string table = judging.judge(watcher);
    if (verbose_) out_.now(report::corpus_text(campaign.corpus) + table);
    judging.look_further(watcher);
    if (statistics_)
      campaign.statistics =
          judge::statistics(campaign.cells, campaign.visits, judging.conventions, judging.model,
                            judging.catalogue, judging.options.stopped);
    judging.close();
    campaign.saved = saver.saved();
    const ExitCode code = campaign.exit_code();
    const report::Command command = [&](const judge::Cell& cell) { return judging.command(cell); };
    out_.report(report::CheckReport(campaign, judging.conventions, judging.options,
                                    {verbose_ ? nullptr : command, statistics_}),
                code);
    saver.finish();
    return code;
  }

 private:
  Selection selection_;
  std::string save_;
  bool verbose_ = false;
  bool statistics_ = false;
  report::PrinterOf<report::CheckReport> out_;
};

}  // namespace

Made commands::check() { return std::make_unique<Check>(); }

}  // namespace pincheck::command
