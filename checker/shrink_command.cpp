// SPDX-License-Identifier: MIT
// `pincheck shrink`.
#include <fmt/format.h>

#include "checker/command.hpp"
#include "checker/counterexample/atomic_file.hpp"
#include "checker/counterexample/corpus.hpp"
#include "checker/report.hpp"
#include "checker/terminal.hpp"

namespace pincheck {
namespace {

std::string beside(const std::string& file) {
  const std::string_view stem = file;
  const bool toml = stem.ends_with(".toml");
  return std::string(toml ? stem.substr(0, stem.size() - 5) : stem) + ".min.toml";
}

}  // namespace

ExitCode run_shrink(const Arguments& arguments) {
  const Model model = make_model();
  Catalogue catalogue;
  const std::string& file = arguments.files.front();
  const Counterexample given = read_counterexample(file, model);
  const System system = compile_counterexample(given, file, model, catalogue);
  const Replay replayed = replay_counterexample(given, file, system);
  if (!replayed.story.violated) {
    print(arguments.json ? replay_json(replayed, given) : replay_text(replayed, given));
    return kDiffers;
  }
  catch_interrupts();
  const int property = property_index(given.property);
  const std::string output = arguments.output.empty() ? beside(file) : arguments.output;
  Progress progress;
  Counterexample best = given;
  Story story = replayed.story;
  Explanation why = replayed.why;
  std::string problem;  // of the last write: the search goes on, its report is still good
  MinimizeOptions options;
  options.seconds = arguments.options.shrink_seconds;
  options.stopped = interrupted;
  // Written with each step forward: a kill loses at most the last.
  options.better = [&](const Minimal& minimal) {
    const System small = compile(minimal.scenario, given.convention, model, catalogue);
    story = tell(minimal.scenario, small, given.convention.name, minimal.moves, property);
    why = explain(story, small);
    best = make_counterexample(story, given.convention, minimal.minimality, given.seed);
    problem = problem_writing(output, counterexample_text(best, story, why));
    progress.show(
        fmt::format("{} steps, {} scenarios searched", minimal.moves.size(), minimal.scenarios));
  };
  const Minimal minimal = minimize(given.scenario, given.convention, replayed.moves, property,
                                   model, catalogue, options);
  progress.clear();
  const Shrunk shrunk{given, best, story, why, minimal, output, problem.empty()};
  print(arguments.json ? shrink_json(shrunk) : shrink_text(shrunk));
  if (!problem.empty()) throw InputError(problem);
  return minimal.minimality == Minimality::proved ? kAsExpected : kNotFinished;
}

}  // namespace pincheck
