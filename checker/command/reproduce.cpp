// SPDX-License-Identifier: MIT
// `pincheck reproduce`.
#include <fmt/format.h>

#include "checker/command/chosen.hpp"
#include "checker/counterexample/atomic_file.hpp"
#include "checker/reproduce/reproduce.hpp"

namespace pincheck {

ExitCode run_reproduce(const Arguments& arguments) {
  const Model model = make_model();
  Catalogue catalogue;
  const std::string& file = arguments.files.front();
  const Counterexample example = read_counterexample(file, model);
  const System system = compile_counterexample(example, file, model, catalogue);
  const Replay replay = replay_counterexample(example, file, system);
  if (!replay.reproduced)
    throw InputError(fmt::format("{}: {}; expected one that `pincheck replay` reproduces", file,
                                 replay.problem));
  const std::string text = reproduce(example, replay.story, system, model.kinds, file);
  if (arguments.output.empty())
    print(text);
  else
    write_atomically(arguments.output, text);
  return kAsExpected;
}

}  // namespace pincheck
