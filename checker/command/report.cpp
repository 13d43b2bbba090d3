// SPDX-License-Identifier: MIT
// `pincheck report`.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "checker/command/command.hpp"
#include "checker/command/judging.hpp"
#include "checker/command/tracing.hpp"
#include "checker/counterexample/corpus.hpp"
#include "checker/report/page.hpp"
#include "model/base/atomic_file.hpp"
#include "model/base/input.hpp"

namespace pincheck::command {
namespace {

class Report final : public Command {
 public:
  Report() : Command("report", "the main job, as one HTML file to look at and to mail around") {}

  void declare(const Arguments& arguments) override {
    selection_.declare(arguments);
    arguments.formats(out_);
    arguments.quiet(out_);
    arguments.add("-o,--output", folder_, "folder for index.html")
        .is(Value::folder)
        .shows_default();
    arguments.add("--trace", traces_, "show what a trace of a booted kernel tells, too")
        .is(Value::file);
    arguments.add("--kernel", kernel_, "the kernel that traces are of").one_of(trace::kKernelNames);
    add_seed(arguments, selection_.options.seed);
    selection_.declare_further(arguments);
  }

  ExitCode run() override {
    if (kernel_.empty() != traces_.empty())
      throw InputError("--trace FILE is of a kernel, expected both --trace and --kernel");
    ExitCode code = kAsExpected;
    const report::Json traces = read_traces(code);
    Judging judging(selection_);
    counterexample::make_folder(folder_);
    const judge::Watcher watcher = judging.watcher();
    judging.judge(watcher);
    judging.look_further(watcher);
    judging.close();
    const report::About subject{
        judging.scenarios,       judging.model,
        judging.catalogue,       traces,
        folder_ + "/index.html", [&](const judge::Cell& cell) { return judging.command(cell); }};
    const report::PageReport page(judging.campaign, judging.conventions, judging.options, subject);
    write_atomically(subject.file, report::page_of(page.data()));
    code = graver(code, judging.campaign.exit_code());
    out_.report(page, code);
    return code;
  }

 private:
  /// What each of them tells. Throws InputError.
  report::Json read_traces(ExitCode& code) const {
    report::Json all = report::Json::array();
    for (const std::string& path : traces_) {
      const TraceFile file(path, trace::kernel_of(kernel_));
      if (file.other())
        throw InputError(fmt::format("{}: {}, expected a trace", path, file.other()->what));
      all.push_back(trace::trace_data(file.judged()));
      code = graver(code, file.status());
    }
    return all;
  }

  Selection selection_;
  std::vector<std::string> traces_;
  std::string kernel_;
  std::string folder_ = "pincheck-report";
  report::PrinterOf<report::PageReport> out_;
};

}  // namespace

Made commands::report() { return std::make_unique<Report>(); }

}  // namespace pincheck::command
