// SPDX-License-Identifier: MIT
// `pincheck corpus`.
#include "checker/counterexample/corpus.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "checker/command/chosen.hpp"
#include "checker/command/command.hpp"
#include "checker/render/terminal.hpp"
#include "checker/report/parts.hpp"
#include "checker/report/printer.hpp"

namespace pincheck::command {
namespace {

using report::Json;

/// A file of the corpus, and the one that makes it superfluous, or null.
struct Line {
  const counterexample::Replayed* replayed = nullptr;
  const counterexample::Replayed* subsumer = nullptr;
};

std::string name_of(const counterexample::Replayed& one) {
  return std::filesystem::path(one.file.path).filename().string();
}

/// One line a file, as a README lists them.
std::string line_text(const Line& line, bool pruned) {
  const counterexample::Replayed& one = *line.replayed;
  const counterexample::Counterexample& example = one.file.example;
  std::string out = fmt::format(
      "- `{}`: {} under {}, {}: {}\n", name_of(one), example.scenario.name, example.convention.name,
      report::plural(example.schedule.size(), "step"),
      one.replay.reproduced ? one.replay.why.sentence : "NOT REPRODUCED: " + one.replay.problem);
  if (line.subsumer == nullptr) return out;
  return out + fmt::format("  {} {} shows the same with less\n",
                           pruned ? "removed:" : "superfluous:", name_of(*line.subsumer));
}

Json to_json(const Line& line, bool pruned) {
  const counterexample::Replayed& one = *line.replayed;
  Json file{{"file", one.file.path},
            {"property", one.file.example.property},
            {"scenario", one.file.example.scenario.name},
            {"convention", one.file.example.convention.name},
            {"minimal", shrinkers::minimality_name(one.file.example.minimality)},
            {"steps", one.file.example.schedule.size()},
            {"reproduced", one.replay.reproduced},
            {"problem", one.replay.problem}};
  if (line.subsumer != nullptr) file["subsumed_by"] = line.subsumer->file.path;
  file["removed"] = pruned && line.subsumer != nullptr;
  return file;
}

class CorpusReport final : public report::Report, public report::HasCases {
 public:
  CorpusReport(const std::vector<Line>& lines, bool pruned, bool finished)
      : lines_(lines), pruned_(pruned), finished_(finished) {}

  std::string text() const override {
    std::string out;
    for (const Line& line : lines_) out += line_text(line, pruned_);
    return out;
  }

  Json data() const override {
    Json files = Json::array();
    for (const Line& line : lines_) files.push_back(to_json(line, pruned_));
    Json out = report::header("corpus");
    out["files"] = files;
    return out;
  }

  std::vector<Suite> suites() const override {
    Suite corpus{"corpus", {}};
    for (const Line& line : lines_)
      corpus.cases.push_back(report::failed_if(!line.replayed->replay.reproduced,
                                               line.replayed->file.path,
                                               line.replayed->replay.problem));
    Suite run{"run", {{"finished"}}};
    if (!finished_) run.cases = {{"finished", Outcome::error, "not finished: interrupted"}};
    if (lines_.empty()) run.cases.push_back({"some files", Outcome::error, "there are none"});
    return {corpus, run};
  }

 private:
  const std::vector<Line>& lines_;
  bool pruned_;
  bool finished_;
};

void remove_file(const std::string& path) {
  std::error_code error;
  std::filesystem::remove(path, error);
  if (error)
    throw InputError(fmt::format("{}: cannot be removed, expected a writable folder: {}", path,
                                 error.message()));
}

class Corpus final : public Command {
 public:
  Corpus()
      : Command("corpus",
                "list counterexample files, replay them, find those that others subsume") {}

  void declare(const Arguments& arguments) override {
    arguments.add("folder", folder_, "a folder (corpus/regression)").is(Value::folder);
    arguments.flag("--prune", prune_, "remove files that others subsume");
    arguments.formats(out_);
    arguments.quiet(out_);
  }

  ExitCode run() override {
    const Model model = make_model();
    Catalogue catalogue;
    render::catch_interrupts();
    if (!std::filesystem::is_directory(folder_))
      throw InputError(fmt::format("{}: expected a folder of counterexamples", folder_));
    const auto replayed = counterexample::replay_all(counterexample::read_corpus(folder_, model),
                                                     model, catalogue, render::interrupted);
    std::vector<Line> lines;
    ExitCode code = replayed.empty() ? kVacuous : kAsExpected;
    const bool finished = !render::interrupted();
    if (!finished) code = graver(code, kNotFinished);
    for (const counterexample::Replayed& one : replayed) {
      lines.push_back({&one, counterexample::subsumer_of(one, replayed, model, catalogue)});
      if (!one.replay.reproduced) code = graver(code, kDiffers);
    }
    if (prune_)
      for (const Line& line : lines)
        if (line.subsumer != nullptr) remove_file(line.replayed->file.path);
    out_.report(CorpusReport(lines, prune_, finished), code);
    return code;
  }

 private:
  std::string folder_ = counterexample::kRegressionFolder;
  bool prune_ = false;
  report::PrinterOf<CorpusReport> out_;
};

}  // namespace

Made commands::corpus() { return std::make_unique<Corpus>(); }

}  // namespace pincheck::command
