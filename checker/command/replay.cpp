// SPDX-License-Identifier: MIT
// `pincheck replay`.
#include "checker/report/replay.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checker/command/chosen.hpp"
#include "checker/command/command.hpp"
#include "checker/counterexample/corpus.hpp"
#include "checker/render/render.hpp"
#include "checker/render/terminal.hpp"
#include "checker/report/printer.hpp"
#include "model/base/atomic_file.hpp"

namespace pincheck::command {
namespace {

/// Searches for the violation anew, and writes what it finds beside the file. What keeps it from
/// that becomes the problem.
std::string find_again(const counterexample::Counterexample& old, const std::string& file,
                       const System& system, std::string& problem) {
  const auto found = counterexample::refind(old, system, render::interrupted);
  if (!found)
    return render::interrupted()
               ? "interrupted\n"
               : fmt::format("{} holds in this scenario: nothing to find again\n", old.property);
  const counterexample::Replay again = counterexample::replay_counterexample(*found, file, system);
  const std::string offered = file + ".new";
  const std::string story =
      fmt::format("\nfound again, no schedule is shorter:\n{}\n",
                  render::render_text(again.story, again.why, render::terminal_look()));
  const std::string unwritten =
      problem_writing(offered, counterexample::counterexample_text(*found, again.story, again.why));
  if (unwritten.empty())
    return story +
           fmt::format("written to {}; to accept it:\n  mv {} {}\n", offered, offered, file);
  problem = unwritten;
  return story + fmt::format("not written to {}\n", offered);
}

class ReplayCommand final : public Command {
 public:
  ReplayCommand() : Command("replay", "replay counterexample files and explain them") {}

  void declare(const Arguments& arguments) override {
    arguments.add("files", files_, "counterexample files").is(Value::file).required();
    arguments.flag("--refind", refind_,
                   "where a file does not reproduce: search its scenario for the same violation "
                   "and write FILE.new");
    arguments.formats(out_);
    arguments.quiet(out_);
    add_seed(arguments, seed_);
  }

  ExitCode run() override {
    const Model model = make_model();
    Catalogue catalogue;
    if (refind_) render::catch_interrupts();
    std::vector<report::ReplayReport::One> all;
    std::string problem;
    ExitCode code = kAsExpected;
    for (const auto& file : files_) {
      const counterexample::Counterexample example =
          counterexample::read_counterexample(file, model);
      const System system = counterexample::compile_counterexample(example, file, model, catalogue);
      all.push_back({file, example, counterexample::replay_counterexample(example, file, system)});
      if (all.back().replay.reproduced) continue;
      code = kDiffers;
      if (refind_) all.back().again = find_again(example, file, system, problem);
    }
    if (refind_ && render::interrupted()) code = graver(code, kNotFinished);
    out_.report(report::ReplayReport(std::move(all)), code);
    if (!problem.empty()) throw InputError(problem);
    return code;
  }

 private:
  std::vector<std::string> files_;
  bool refind_ = false;
  std::uint64_t seed_ = 1;  ///< accepted, though nothing here is random
  report::PrinterOf<report::ReplayReport> out_;
};

}  // namespace

Made commands::replay() { return std::make_unique<ReplayCommand>(); }

}  // namespace pincheck::command
