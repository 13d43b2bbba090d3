// SPDX-License-Identifier: MIT
// `pincheck patch`.
#include "checker/source/patch/patch.hpp"

#include <algorithm>

#include "checker/command/command.hpp"
#include "checker/command/reading.hpp"
#include "checker/mail/mail.hpp"
#include "checker/report/printer.hpp"
#include "checker/source/edit/fixes.hpp"
#include "checker/source/patch/report.hpp"
#include "model/base/input.hpp"

namespace pincheck::command {
namespace {

class Patch final : public Command {
 public:
  Patch() : Command("patch", "read C before and after a change: what gets better, what worse?") {}

  void declare(const Arguments& arguments) override {
    arguments
        .add("fixes", fixes_,
             "edits, unified diffs, mails or mboxes, one upon the other; - is standard input")
        .is(Value::file)
        .required();
    arguments.add("--with", with_, "files and folders that are read, too: users of a header")
        .is(Value::file);
    arguments
        .add("--reading", readings_,
             "files as of --model, each an answer of its own: where it is open what a callee "
             "does")
        .is(Value::file);
    reading_.declare(arguments);
    arguments.formats(out_);
    arguments.quiet(out_);
  }

  ExitCode run() override {
    const std::optional<front::Tree> tree = reading_.tree();
    edit::Texts texts(reading_.folder());
    for (const std::string& fix : fixes_)
      edit::apply_fix(mail::read_bytes(fix), mail::name_of(fix), texts);
    const patch::Versions versions = patch::versions(texts, tree ? &*tree : nullptr, with_);
    render::Progress progress;
    const callee::Callees common = reading_.callees();
    const patch::Comparison found =
        patch::compare_versions(versions, common, readings(common), reading_.options(progress));
    progress.clear();
    const ExitCode code = exit_code(found);
    out_.report(patch::PatchReport(found), code);
    return code;
  }

 private:
  std::vector<patch::Reading> readings(const callee::Callees& common) const {
    if (readings_.empty()) return {{.callees = common}};
    std::vector<patch::Reading> all;
    for (const std::string& file : readings_) {
      all.push_back({file, common});
      all.back().callees.read(read_file(file), file);
    }
    return all;
  }

  static ExitCode exit_code(const patch::Comparison& found) {
    const auto any = [&](auto&& is) {
      return std::any_of(found.answers.begin(), found.answers.end(), is);
    };
    if (any([](const auto& one) { return patch::count(one, patch::How::worse) > 0; }))
      return kDiffers;
    if (found.interrupted) return kNotFinished;
    return any([](const auto& one) { return !one.pairs.empty(); }) ? kAsExpected : kVacuous;
  }

  std::vector<std::string> fixes_;
  std::vector<std::string> with_;
  std::vector<std::string> readings_;
  Reading reading_;
  report::PrinterOf<patch::PatchReport> out_;
};

}  // namespace

Made commands::patch() { return std::make_unique<Patch>(); }

}  // namespace pincheck::command
