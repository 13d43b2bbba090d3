// SPDX-License-Identifier: MIT
// `pincheck shrink`.
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "checker/command/chosen.hpp"
#include "checker/command/command.hpp"
#include "checker/counterexample/corpus.hpp"
#include "checker/explain/explain.hpp"
#include "checker/render/render.hpp"
#include "checker/render/terminal.hpp"
#include "checker/report/parts.hpp"
#include "checker/report/printer.hpp"
#include "checker/report/replay.hpp"
#include "model/base/atomic_file.hpp"
#include "shrinkers/minimize.hpp"

namespace pincheck::command {
namespace {

/// What became of a counterexample.
class ShrinkReport final : public report::Report, public report::HasStories {
 public:
  struct Of {
    const counterexample::Counterexample& given;
    const counterexample::Counterexample& best;
    const story::Story& story;
    const explain::Explanation& why;
    const shrinkers::Minimal& minimal;
    const std::string& output;
    bool written = true;  ///< all of it is in `output`
  };
  explicit ShrinkReport(const Of& of) : of_(of) {}

  std::string text() const override {
    return fmt::format("{}: {} under {}\n{}\n{}", of_.best.scenario.name, of_.best.property,
                       of_.best.convention.name,
                       render::render_text(of_.story, of_.why, render::terminal_look()), effort());
  }

  report::Json data() const override {
    const auto change = [](std::size_t before, std::size_t after) {
      return report::Json{{"before", before}, {"after", after}};
    };
    report::Json out = report::header("shrink");
    out["output"] = of_.output;
    out["written"] = of_.written;
    out["convention"] = of_.best.convention.name;
    out["minimal"] = shrinkers::minimality_name(of_.minimal.minimality);
    out["steps"] = change(of_.given.schedule.size(), of_.best.schedule.size());
    out["parts"] =
        change(shrinkers::parts(of_.given.scenario), shrinkers::parts(of_.best.scenario));
    out["schedules_tried"] = of_.minimal.replays;
    out["scenarios_searched"] = of_.minimal.scenarios;
    out["story"] = render::render_json(of_.story, of_.why);
    return out;
  }

  std::vector<Told> stories() const override { return {{of_.story, of_.why, effort()}}; }

 private:
  std::string effort() const {
    return fmt::format(
        "{} steps and {} parts, from {} and {}; {}\n"
        "{} schedules tried, {} scenarios searched\n{} to {}\n",
        of_.best.schedule.size(), shrinkers::parts(of_.best.scenario), of_.given.schedule.size(),
        shrinkers::parts(of_.given.scenario), report::proof_text(of_.minimal.minimality),
        of_.minimal.replays, of_.minimal.scenarios, of_.written ? "written" : "not written",
        of_.output);
  }

  Of of_;
};

std::string beside(const std::string& file) {
  const std::string_view stem = file;
  const bool toml = stem.ends_with(".toml");
  return std::string(toml ? stem.substr(0, stem.size() - 5) : stem) + ".min.toml";
}

class Shrink final : public Command {
 public:
  Shrink() : Command("shrink", "make a counterexample file minimal") {}

  void declare(const Arguments& arguments) override {
    arguments.add("file", file_, "a counterexample file").is(Value::file).required();
    arguments.add("-o,--output", output_, "where to (FILE with .min.toml at its end)")
        .is(Value::file);
    add_shrink_budget(arguments, seconds_);
    arguments.formats(out_);
    arguments.quiet(out_);
    add_seed(arguments, seed_);
  }

  ExitCode run() override {
    const Model model = make_model();
    Catalogue catalogue;
    const counterexample::Counterexample given = counterexample::read_counterexample(file_, model);
    const System system = counterexample::compile_counterexample(given, file_, model, catalogue);
    counterexample::Replay replayed = counterexample::replay_counterexample(given, file_, system);
    if (!replayed.story.violated) {
      out_.report(report::ReplayReport({{file_, given, std::move(replayed)}}), kDiffers);
      return kDiffers;
    }
    render::catch_interrupts();
    const int property = property_index(given.property);
    const std::string output = output_.empty() ? beside(file_) : output_;
    render::Progress progress;
    counterexample::Counterexample best = given;
    story::Story story = replayed.story;
    explain::Explanation why = replayed.why;
    std::string problem;  // of the last write: the search goes on, its report is still good
    shrinkers::MinimizeOptions options;
    options.seconds = seconds_;
    options.stopped = render::interrupted;
    // Written with each step forward: a kill loses at most the last.
    options.better = [&](const shrinkers::Minimal& minimal) {
      const System small = compile(minimal.scenario, given.convention, model, catalogue);
      story = story::tell(minimal.scenario, small, given.convention.name, minimal.moves, property);
      why = explain::explain(story, small);
      best = counterexample::make_counterexample(story, given.convention, minimal.minimality,
                                                 given.seed);
      problem = problem_writing(
          output, counterexample::counterexample_text(
                      best, story, why, std::filesystem::path(output).filename().string()));
      progress.show(
          fmt::format("{} steps, {} scenarios searched", minimal.moves.size(), minimal.scenarios));
    };
    const shrinkers::Minimal minimal = shrinkers::minimize(
        given.scenario, given.convention, replayed.moves, property, model, catalogue, options);
    progress.clear();
    const ExitCode code =
        minimal.minimality == shrinkers::Minimality::proved ? kAsExpected : kNotFinished;
    out_.report(ShrinkReport({given, best, story, why, minimal, output, problem.empty()}), code);
    if (!problem.empty()) throw InputError(problem);
    return code;
  }

 private:
  std::string file_;
  std::string output_;
  double seconds_ = 10;     ///< of shrinking; 0 means no limit
  std::uint64_t seed_ = 1;  ///< accepted, though nothing here is random
  report::PrinterOf<ShrinkReport, report::ReplayReport> out_;
};

}  // namespace

Made commands::shrink() { return std::make_unique<Shrink>(); }

}  // namespace pincheck::command
