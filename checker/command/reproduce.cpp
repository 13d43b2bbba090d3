// SPDX-License-Identifier: MIT
// `pincheck reproduce`.
#include "checker/reproduce/reproduce.hpp"

#include <fmt/format.h>

#include "checker/command/chosen.hpp"
#include "checker/command/command.hpp"
#include "checker/counterexample/corpus.hpp"
#include "checker/report/printer.hpp"
#include "model/base/atomic_file.hpp"

namespace pincheck::command {
namespace {

class Reproduce final : public Command {
 public:
  Reproduce()
      : Command("reproduce",
                "write a C program that does on a real kernel what a counterexample does") {}

  void declare(const Arguments& arguments) override {
    arguments.add("file", file_, "a counterexample file").is(Value::file).required();
    arguments.add("-o,--output", output_, "where to (standard output)").is(Value::file);
  }

  ExitCode run() override {
    const Model model = make_model();
    Catalogue catalogue;
    const counterexample::Counterexample example =
        counterexample::read_counterexample(file_, model);
    const System system = counterexample::compile_counterexample(example, file_, model, catalogue);
    const counterexample::Replay replay =
        counterexample::replay_counterexample(example, file_, system);
    if (!replay.reproduced)
      throw InputError(fmt::format("{}: {}; expected one that `pincheck replay` reproduces", file_,
                                   replay.problem));
    const std::string text =
        reproduce::reproduce(example, replay.story, system, model.kinds, file_);
    if (output_.empty())
      report::write_out(text);
    else
      write_atomically(output_, text);
    return kAsExpected;
  }

 private:
  std::string file_;
  std::string output_;
};

}  // namespace

Made commands::reproduce() { return std::make_unique<Reproduce>(); }

}  // namespace pincheck::command
