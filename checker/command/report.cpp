// SPDX-License-Identifier: MIT
// `pincheck report`.
#include <nlohmann/json.hpp>

#include "checker/command/command.hpp"
#include "checker/command/judging.hpp"
#include "checker/counterexample/corpus.hpp"
#include "checker/report/page.hpp"
#include "model/base/atomic_file.hpp"

namespace pincheck::command {
namespace {

class Report final : public Command {
 public:
  Report() : Command("report", "the main job, as one HTML file to look at and to mail around") {}

  void declare(const Arguments& arguments) override {
    selection_.declare(arguments);
    arguments.formats(out_);
    arguments.add("-o,--output", folder_, "folder for index.html").shows_default();
    add_seed(arguments, selection_.options.seed);
    selection_.declare_further(arguments);
  }

  ExitCode run() override {
    counterexample::make_folder(folder_);
    Judging judging(selection_);
    const judge::Watcher watcher = judging.watcher();
    judging.judge(watcher);
    judging.look_further(selection_, watcher);
    judging.close();
    const report::About subject{judging.scenarios, judging.model, judging.catalogue,
                                folder_ + "/index.html"};
    const report::PageReport page(judging.campaign, judging.conventions, judging.options, subject);
    write_atomically(subject.file, report::page_of(page.data()));
    out_.report(page);
    return judging.campaign.exit_code();
  }

 private:
  Selection selection_;
  std::string folder_ = "pincheck-report";
  report::PrinterOf<report::PageReport> out_;
};

}  // namespace

Made commands::report() { return std::make_unique<Report>(); }

}  // namespace pincheck::command
