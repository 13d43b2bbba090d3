// SPDX-License-Identifier: MIT
// `pincheck replay`.
#include <fmt/format.h>

#include "checker/command.hpp"
#include "checker/counterexample/atomic_file.hpp"
#include "checker/counterexample/corpus.hpp"
#include "checker/render/render.hpp"
#include "checker/report.hpp"
#include "checker/terminal.hpp"

namespace pincheck {
namespace {

std::string rendered(const Replay& replay, const Counterexample& example,
                     const std::string& format) {
  if (format == "json") return replay_json(replay, example);
  return format == "mermaid" ? replay_mermaid(replay) : replay_text(replay, example);
}

/// Searches for the violation anew, and writes what it finds beside the file. What keeps it from
/// that is added to the problems.
std::string find_again(const Counterexample& old, const std::string& file, const System& system,
                       std::vector<std::string>& problems) {
  const auto found = refind(old, system, interrupted);
  if (!found)
    return interrupted()
               ? "interrupted\n"
               : fmt::format("{} holds in this scenario: nothing to find again\n", old.property);
  const Replay again = replay_counterexample(*found, file, system);
  const std::string offered = file + ".new";
  const std::string story = fmt::format("\nfound again, no schedule is shorter:\n{}\n",
                                        render_text(again.story, again.why, colours()));
  const std::string problem =
      problem_writing(offered, counterexample_text(*found, again.story, again.why));
  if (problem.empty())
    return story +
           fmt::format("written to {}; to accept it:\n  mv {} {}\n", offered, offered, file);
  problems.push_back(problem);
  return story + fmt::format("not written to {}\n", offered);
}

}  // namespace

ExitCode run_replay(const Arguments& arguments) {
  const Model model = make_model();
  Catalogue catalogue;
  if (arguments.refind) catch_interrupts();
  std::string out;
  const std::string format = arguments.json ? "json" : arguments.what;
  const bool several = format == "json" && arguments.files.size() > 1;
  bool all = true;
  std::vector<std::string> problems;
  for (const auto& file : arguments.files) {
    const Counterexample example = read_counterexample(file, model);
    const System system = compile_counterexample(example, file, model, catalogue);
    const Replay done = replay_counterexample(example, file, system);
    all = all && done.reproduced;
    if (several) out += out.empty() ? "[" : ",\n";
    out += rendered(done, example, format);
    if (done.reproduced || !arguments.refind) continue;
    const std::string again = find_again(example, file, system, problems);
    if (format != "json") out += again;
  }
  print(several ? out + "]\n" : out);
  if (!problems.empty()) throw InputError(problems.back());
  const ExitCode code = all ? kAsExpected : kDiffers;
  return arguments.refind && interrupted() ? graver(code, kNotFinished) : code;
}

}  // namespace pincheck
