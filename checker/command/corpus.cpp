// SPDX-License-Identifier: MIT
// `pincheck corpus`.
#include <fmt/format.h>

#include <filesystem>

#include "checker/command/chosen.hpp"
#include "checker/counterexample/corpus.hpp"
#include "checker/report/report.hpp"
#include "checker/terminal.hpp"

namespace pincheck {
namespace {

void remove_file(const std::string& path) {
  std::error_code error;
  std::filesystem::remove(path, error);
  if (error)
    throw InputError(fmt::format("{}: cannot be removed, expected a writable folder: {}", path,
                                 error.message()));
}

}  // namespace

ExitCode run_corpus(const Arguments& arguments) {
  const Model model = make_model();
  Catalogue catalogue;
  catch_interrupts();
  const std::string folder = arguments.files.empty() ? kRegressionFolder : arguments.files.front();
  if (!std::filesystem::is_directory(folder))
    throw InputError(fmt::format("{}: expected a folder of counterexamples", folder));
  const auto replayed = replay_all(read_corpus(folder, model), model, catalogue, interrupted);
  std::vector<CorpusLine> lines;
  ExitCode code = replayed.empty() ? kVacuous : kAsExpected;
  if (interrupted()) code = graver(code, kNotFinished);
  for (const Replayed& one : replayed) {
    lines.push_back({&one, subsumer_of(one, replayed, model, catalogue)});
    if (!one.replay.reproduced) code = graver(code, kDiffers);
  }
  if (arguments.prune)
    for (const CorpusLine& line : lines)
      if (line.subsumer != nullptr) remove_file(line.replayed->file.path);
  print(arguments.json ? corpus_json(lines, arguments.prune)
                       : corpus_list_text(lines, arguments.prune));
  return code;
}

}  // namespace pincheck
