// SPDX-License-Identifier: MIT
// The command line.
#include <unistd.h>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <thread>

#include "checker/command/chosen.hpp"
#include "checker/command/trace.hpp"
#include "checker/export/export.hpp"
#include "checker/report/report.hpp"
#include "checker/version.hpp"

namespace pincheck {
namespace {

int run_list(const Arguments& arguments) {
  const Model model = make_model();
  Catalogue catalogue;
  const auto items = list_of(arguments.what, model, catalogue);
  print(arguments.json ? list_json(arguments.what, items) : list_text(items));
  return kAsExpected;
}

constexpr int kMaxSearchThreads = 64;

std::size_t half_of_memory() {
  return static_cast<std::size_t>(sysconf(_SC_PHYS_PAGES)) *
         static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) / 2;
}

/// CLI11's own exit codes differ; usage errors are bad input here.
int usage(const CLI::App& app, const CLI::ParseError& error) {
  return app.exit(error) == 0 ? kAsExpected : kBadInput;
}

/// What --reductions says, in the search's terms.
void choose_reductions(const std::vector<std::string>& names, Reductions& chosen) {
  chosen = Reductions::none();
  for (const auto& name : names) {
    if (name == "merge") chosen.merge = true;
    if (name == "partial-order") chosen.partial_order = true;
    if (name == "sleep") chosen.sleep = true;
    if (name == "symmetry") chosen.symmetry = true;
    if (name == "all") chosen = {true, true, true, true};
  }
}

void add_explore(CLI::App& command, Arguments& arguments) {
  ExploreOptions& exploring = arguments.exploring;
  const auto cores = static_cast<int>(std::thread::hardware_concurrency());
  exploring.engine.threads = std::clamp(cores, 1, kMaxSearchThreads);
  exploring.engine.max_bytes = half_of_memory();
  command.add_option("scenario", arguments.scenarios, "a shipped name or a file")->expected(0, 1);
  command.add_option("--convention", arguments.conventions, "shipped names or files; all if none");
  Bounds& bounds = arguments.bounds;
  command.add_option("--pages", bounds.pages, "every scenario of at most so many pages")
      ->check(CLI::Range(1, kMaxPages));
  command.add_option("--actors", bounds.actors, "and of at most so many actors")
      ->check(CLI::Range(1, kMaxActors));
  command.add_option("--pipes", bounds.pipes, "and of at most so many pipes")
      ->check(CLI::Range(0, kMaxPipes))
      ->capture_default_str();
  command
      .add_option("--flags", bounds.flags,
                  "and of at most so many flags: pages large, mapped, dirty, with buffers, stable; "
                  "actors that are async, hold otherwise")
      ->check(CLI::Range(0, 1000));
  command
      .add_option_function<std::vector<std::string>>(
          "--reductions",
          [&](const auto& names) { choose_reductions(names, exploring.reductions); },
          "merge, partial-order, sleep, symmetry, comma separated; or all, none\n"
          "(merge,partial-order,symmetry)")
      ->delimiter(',')
      ->check(CLI::IsMember({"merge", "partial-order", "sleep", "symmetry", "all", "none"}));
  command
      .add_option_function<std::string>(
          "--order", [&](const auto& order) { exploring.engine.depth_first = order == "depth"; },
          "breadth (the default), or depth: fewer states wait at a time")
      ->check(CLI::IsMember({"breadth", "depth"}));
  command
      .add_option_function<std::string>(
          "--states",
          [&](const auto& how) { exploring.engine.fingerprints = how == "fingerprints"; },
          "exact (the default), or fingerprints: 64 bits each, and a chance to miss one")
      ->check(CLI::IsMember({"exact", "fingerprints"}));
  command.add_option("--threads", exploring.engine.threads, "workers")
      ->check(CLI::Range(1, kMaxSearchThreads))
      ->capture_default_str();
  command.add_option("--memory", exploring.engine.max_bytes, "at most so much, as in 500M or 2G")
      ->transform(CLI::AsSizeValue(false));
  command.add_option("--budget", exploring.seconds, "stop after this many seconds")
      ->check(CLI::NonNegativeNumber);
  command.add_option("--checkpoint", exploring.checkpoint, "file to go on from after a stop");
  command.add_option("--every", exploring.checkpoint_seconds, "seconds between checkpoints")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command.add_flag("--resume", exploring.resume, "go on from the checkpoint, if there is one");
  command.add_option("--save", arguments.save, "write the counterexamples into this folder");
  command
      .add_option("--chk", arguments.chk, "what if reclaim tested pins before it strips buffers")
      ->check(CLI::IsMember({"on", "off"}));
  command.add_option("--zp", arguments.zp, "what if pins of the zero page were no-ops")
      ->check(CLI::IsMember({"on", "off"}));
  command.add_flag("--json", arguments.json, "print JSON (checker/report/output.schema.json)");
}

int run_export(const Arguments& arguments) {
  const Model model = make_model();
  const Scenario scenario = chosen_scenarios(arguments, model).front();
  const Convention convention = chosen_conventions(arguments, model).front();
  Catalogue catalogue;
  const System system = compile(scenario, convention, model, catalogue);
  print(arguments.what == "promela" ? to_promela(scenario, system, convention.name)
                                    : to_murphi(scenario, system, convention.name));
  return kAsExpected;
}

/// Messages quote what files say, which is not to talk to the terminal.
std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; }, '?');
  return text;
}

void add_trace(CLI::App& command, trace::Options& tracing) {
  command.add_option("file", tracing.file,
                     "text of ftrace, trace-cmd report or perf script, perhaps .gz");
  command.add_option("--kernel", tracing.kernel, "the kernel it is of")
      ->required()
      ->check(CLI::IsMember(trace::kKernelNames));
  command.add_option("--vmemmap", tracing.vmemmap,
                     "its vmemmap_base, where struct pages begin (as without KASLR)");
  command
      .add_flag("--print-probes", tracing.print_probes, "print the commands that set the probes")
      ->excludes("file");
  command.add_flag("--json", tracing.json, "print JSON (checker/report/output.schema.json)");
}

int run(int argc, char** argv) {
  CLI::App app{
      "pincheck: checks who takes and drops which page reference, in every order.\n"
      "Exit status: 0 as declared, holds, reproduced; 1 violated, or differing from what is\n"
      "declared; 2 bad input or usage; 3 not finished (time, memory, interrupted); 4 something\n"
      "was never reached; 5 nothing was judged (vacuous, not stated); 6 a trace that cannot be\n"
      "read. Where several apply: 2, 1, 3, 5, 4."};
  app.set_version_flag("--version", fmt::format("{} ({})", kVersion, tool_commit()));
  app.require_subcommand(1);
  Arguments arguments;
  const auto common = [&](CLI::App& command) {
    command.add_flag("--json", arguments.json, "print JSON (checker/report/output.schema.json)");
    command.add_option("--seed", arguments.options.seed, "where the random choices start")
        ->check(CLI::Range(std::int64_t{0}, kMaxSeed))
        ->capture_default_str();
  };
  const auto selection = [&](CLI::App& command) {
    command.add_option("--convention", arguments.conventions,
                       "shipped names or files; all if none");
    command.add_option("--scenario", arguments.scenarios, "shipped names or files; all if none");
    command
        .add_option("--schedules", arguments.options.schedules, "schedules per cell of the table")
        ->check(CLI::Range(1, 100000000))
        ->capture_default_str();
    command
        .add_option("--chk", arguments.chk, "what if reclaim tested pins before it strips buffers")
        ->check(CLI::IsMember({"on", "off"}));
    command.add_option("--zp", arguments.zp, "what if pins of the zero page were no-ops")
        ->check(CLI::IsMember({"on", "off"}));
  };

  const auto shrinking = [&](CLI::App& command) {
    command
        .add_option("--shrink-budget", arguments.options.shrink_seconds,
                    "at most this many seconds for each counterexample; 0: no limit")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
  };

  CLI::App& check = *app.add_subcommand(
      "check", "the main job: verdict table, counterexamples, random scenarios, coverage");
  selection(check);
  common(check);
  check.add_option("--cases", arguments.options.cases, "random scenarios (none with --scenario)")
      ->check(CLI::Range(0, 100000000))
      ->capture_default_str();
  check
      .add_option("--budget", arguments.options.budget_seconds,
                  "stop after this many seconds; nothing is said about coverage then")
      ->check(CLI::NonNegativeNumber);
  check.add_option("--save", arguments.save,
                   "write the counterexamples into this folder; into corpus/regression only "
                   "those it does not have. Without it nothing is written");
  shrinking(check);

  CLI::App& verdicts = *app.add_subcommand("verdicts", "the verdict table only");
  selection(verdicts);
  common(verdicts);

  CLI::App& explore = *app.add_subcommand(
      "explore", "every interleaving and outcome of a scenario, or of all up to a bound");
  add_explore(explore, arguments);

  CLI::App& exporting =
      *app.add_subcommand("export", "write a scenario's transition system for SPIN or Rumur");
  exporting.add_option("scenario", arguments.scenarios, "a shipped name or a file")
      ->required()
      ->expected(1);
  exporting.add_option("--convention", arguments.conventions, "a shipped name or a file")
      ->required()
      ->expected(1);
  exporting.add_option("--to", arguments.what, "the language")
      ->required()
      ->check(CLI::IsMember({"promela", "murphi"}));

  CLI::App& replay = *app.add_subcommand("replay", "replay counterexample files and explain them");
  replay.add_option("files", arguments.files, "counterexample files")->required();
  replay.add_flag("--refind", arguments.refind,
                  "where a file does not reproduce: search its scenario for the same violation and "
                  "write FILE.new");
  common(replay);
  replay.add_option("--format", arguments.what, "text (the default), mermaid, or json as --json")
      ->check(CLI::IsMember({"text", "mermaid", "json"}))
      ->excludes("--json");

  CLI::App& shrink = *app.add_subcommand("shrink", "make a counterexample file minimal");
  shrink.add_option("file", arguments.files, "a counterexample file")->required()->expected(1);
  shrink.add_option("-o,--output", arguments.output, "where to (FILE with .min.toml at its end)");
  shrinking(shrink);
  common(shrink);

  CLI::App& reproducing = *app.add_subcommand(
      "reproduce", "write a C program that does on a real kernel what a counterexample does");
  reproducing.add_option("file", arguments.files, "a counterexample file")->required()->expected(1);
  reproducing.add_option("-o,--output", arguments.output, "where to (standard output)");

  CLI::App& corpus = *app.add_subcommand(
      "corpus", "list counterexample files, replay them, find those that others subsume");
  corpus.add_option("folder", arguments.files, "a folder (corpus/regression)")->expected(0, 1);
  corpus.add_flag("--prune", arguments.prune, "remove files that others subsume");
  corpus.add_flag("--json", arguments.json, "print JSON (checker/report/output.schema.json)");

  trace::Options tracing;
  CLI::App& tracer =
      *app.add_subcommand("trace", "hold a trace of a booted kernel against the properties");
  add_trace(tracer, tracing);
  CLI::App& predicting = *app.add_subcommand(
      "predict", "what a kernel's counters show of system calls that nothing disturbs");
  predicting.add_option("cases", arguments.files, "shipped cases or files of cases; all if none");
  predicting.add_option("--convention", arguments.conventions, "a shipped name or a file")
      ->required()
      ->expected(1)
      ->allow_extra_args(false);
  predicting.add_option("--against", arguments.traces,
                        "traces with page_ref events and the marks of scripts/guest/pincase.c: "
                        "compare every step of every page's count");
  predicting.add_option("--kernel", arguments.kernel, "of the traces")
      ->check(CLI::IsMember(trace::kKernelNames))
      ->capture_default_str();
  predicting.add_flag("--json", arguments.json, "print JSON (checker/report/output.schema.json)");

  CLI::App& list = *app.add_subcommand("list", "what the model knows");
  list.add_option("what", arguments.what)->required()->check(CLI::IsMember(listable()));
  common(list);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return usage(app, error);
  }
  if (check.parsed()) return run_check(arguments, true);
  if (verdicts.parsed()) return run_check(arguments, false);
  if (explore.parsed()) return run_explore(arguments);
  if (exporting.parsed()) return run_export(arguments);
  if (replay.parsed()) return run_replay(arguments);
  if (shrink.parsed()) return run_shrink(arguments);
  if (reproducing.parsed()) return run_reproduce(arguments);
  if (corpus.parsed()) return run_corpus(arguments);
  if (tracer.parsed()) return trace::run(tracing);
  if (predicting.parsed()) return run_predict(arguments);
  return run_list(arguments);
}

}  // namespace
}  // namespace pincheck

int main(int argc, char** argv) {
  try {
    const int status = pincheck::run(argc, argv);
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
      throw pincheck::InputError("standard output: cannot be written, expected room for all of it");
    return status;
  } catch (const pincheck::NotStated& error) {
    std::fprintf(stderr, "pincheck: not stated: %s\n", pincheck::one_line(error.what()).c_str());
    return pincheck::kVacuous;
  } catch (const std::exception& error) {
    // Everything else that an input can cause is an InputError; its message is complete.
    std::fprintf(stderr, "pincheck: %s\n", pincheck::one_line(error.what()).c_str());
    return pincheck::kBadInput;
  }
}
