// SPDX-License-Identifier: MIT
// `pincheck replay`.
#include "checker/report/replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "checker/command/chosen.hpp"
#include "checker/command/command.hpp"
#include "checker/counterexample/corpus.hpp"
#include "checker/counterexample/mailed.hpp"
#include "checker/mail/mail.hpp"
#include "checker/render/render.hpp"
#include "checker/render/terminal.hpp"
#include "checker/report/printer.hpp"
#include "model/base/atomic_file.hpp"

namespace pincheck::command {
namespace {

/// Searches for the violation anew, and writes what it finds beside the file, or if that is a mail,
/// into this folder. What keeps it from that becomes the problem.
std::string find_again(const counterexample::Found& old, const System& system,
                       std::string& problem) {
  const auto found = counterexample::refind(*old.example, system, render::interrupted);
  if (!found)
    return render::interrupted() ? "interrupted\n"
                                 : fmt::format("{} holds in this scenario: nothing to find again\n",
                                               old.example->property);
  const counterexample::Replay again =
      counterexample::replay_counterexample(*found, old.place, system);
  const std::string accepted = old.alone ? old.place : counterexample::file_name_of(*found);
  const std::string offered = old.alone ? old.place + ".new" : accepted;
  const std::string story =
      fmt::format("\nfound again, no schedule is shorter:\n{}\n",
                  render::render_text(again.story, again.why, render::terminal_look()));
  const std::string name = std::filesystem::path(accepted).filename().string();
  const std::string unwritten = problem_writing(
      offered, counterexample::counterexample_text(*found, again.story, again.why, name));
  if (!unwritten.empty()) {
    problem = unwritten;
    return story + fmt::format("not written to {}\n", offered);
  }
  if (!old.alone) return story + fmt::format("written to {}\n", offered);
  return story +
         fmt::format("written to {}; to accept it:\n  mv {} {}\n", offered, offered, accepted);
}

/// Replays one after the other; those that cannot be read do not stop the others.
class Replayer {
 public:
  explicit Replayer(bool refind) : refind_(refind) {}

  void add_file(const std::string& file) {
    try {
      const std::string bytes = mail::read_bytes(file);
      for (counterexample::Found& found :
           counterexample::find_counterexamples(bytes, mail::name_of(file), model_)) {
        found.alone = found.alone && file != "-";
        add(found);
      }
    } catch (const InputError& error) {
      unread_.push_back({file, error.what()});
    }
  }

  ExitCode finish(const report::PrinterOf<report::ReplayReport>& out) {
    ExitCode code = unread_.empty() ? kAsExpected : kBadInput;
    for (const One& one : all_)
      if (!one.replay.reproduced) code = graver(code, kDiffers);
    if (refind_ && render::interrupted()) code = graver(code, kNotFinished);
    if (!all_.empty()) out.report(report::ReplayReport(std::move(all_), unread_), code);
    for (const auto& one : unread_) render::complain(one.problem);
    return code;
  }

 private:
  using One = report::ReplayReport::One;

  void add(const counterexample::Found& found) {
    if (!found.problem.empty()) return unread_.push_back({found.place, found.problem});
    try {
      replay(found);
    } catch (const InputError& error) {
      unread_.push_back({found.place, error.what()});
    }
  }

  void replay(const counterexample::Found& found) {
    const System system =
        counterexample::compile_counterexample(*found.example, found.place, model_, catalogue_);
    One one{found.place, *found.example,
            counterexample::replay_counterexample(*found.example, found.place, system)};
    std::string problem;
    if (!one.replay.reproduced && refind_) one.again = find_again(found, system, problem);
    all_.push_back(std::move(one));
    if (!problem.empty()) throw InputError(problem);
  }

  bool refind_;
  Model model_ = make_model();
  Catalogue catalogue_;
  std::vector<One> all_;
  std::vector<report::ReplayReport::Unread> unread_;
};

class Replay final : public Command {
 public:
  Replay() : Command("replay", "replay counterexample files and explain them") {}

  void declare(const Arguments& arguments) override {
    arguments.add("files", files_, "counterexample files, or mails with some; - is standard input")
        .is(Value::file)
        .required();
    arguments.flag("--refind", refind_,
                   "where a file does not reproduce: search its scenario for the same violation "
                   "and write FILE.new");
    arguments.formats(out_);
    arguments.quiet(out_);
    add_seed(arguments, seed_);
  }

  ExitCode run() override {
    if (refind_) render::catch_interrupts();
    Replayer replayer(refind_);
    for (const auto& file : files_) replayer.add_file(file);
    return replayer.finish(out_);
  }

 private:
  std::vector<std::string> files_;
  bool refind_ = false;
  std::uint64_t seed_ = 1;  ///< accepted, though nothing here is random
  report::PrinterOf<report::ReplayReport> out_;
};

}  // namespace

Made commands::replay() { return std::make_unique<Replay>(); }

}  // namespace pincheck::command
