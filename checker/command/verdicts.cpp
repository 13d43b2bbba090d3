// SPDX-License-Identifier: MIT
// `pincheck verdicts`.
#include "checker/command/command.hpp"
#include "checker/command/judging.hpp"
#include "checker/report/campaign.hpp"

namespace pincheck::command {
namespace {

class Verdicts final : public Command {
 public:
  Verdicts() : Command("verdicts", "the verdict table only") {}

  void declare(const Arguments& arguments) override {
    selection_.declare(arguments);
    arguments.formats(out_);
    arguments.quiet(out_);
    add_seed(arguments, selection_.options.seed);
  }

  ExitCode run() override {
    Judging judging(selection_);
    out_.now(judging.judge(judging.watcher()));
    judging.close();
    const ExitCode code = judging.campaign.exit_code();
    out_.report(report::VerdictsReport(judging.campaign, judging.conventions, judging.options),
                code);
    return code;
  }

 private:
  Selection selection_;
  report::PrinterOf<report::VerdictsReport> out_;
};

}  // namespace

Made commands::verdicts() { return std::make_unique<Verdicts>(); }

}  // namespace pincheck::command
