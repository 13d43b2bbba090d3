// SPDX-License-Identifier: MIT
// `pincheck explore`: one scenario, or all up to a bound.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <limits>
#include <thread>

#include "checker/command/chosen.hpp"
#include "checker/command/command.hpp"
#include "checker/command/saver.hpp"
#include "checker/render/terminal.hpp"
#include "checker/report/exploration.hpp"
#include "checker/report/parts.hpp"
#include "checker/report/printer.hpp"
#include "model/base/clock.hpp"

namespace pincheck::command {
namespace {

using report::Exploration;
using report::Swept;
using Printer = report::PrinterOf<report::ExplorationsReport, report::SweepReport>;

constexpr int kMaxSearchThreads = 64;

std::size_t half_of_memory() {
  return static_cast<std::size_t>(sysconf(_SC_PHYS_PAGES)) *
         static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) / 2;
}

/// What --reductions says, in the search's terms.
explore::Reductions reductions_of(const std::vector<std::string>& names) {
  explore::Reductions chosen = explore::Reductions::none();
  for (const auto& name : names) {
    if (name == "merge") chosen.merge = true;
    if (name == "partial-order") chosen.partial_order = true;
    if (name == "sleep") chosen.sleep = true;
    if (name == "symmetry") chosen.symmetry = true;
    if (name == "all") chosen = {.sleep = true};  // the others are on by default
  }
  return chosen;
}

/// What is explored, and how.
struct Asked {
  void declare(const Arguments& arguments);
  void declare_bounds(const Arguments& arguments);
  void declare_search(const Arguments& arguments);
  /// Throws InputError where arguments do not go together.
  void check() const;
  bool bounded() const { return bounds.pages != 0 || bounds.actors != 0; }
  shrinkers::MinimizeOptions shrinking() const;

  std::string scenario;
  std::vector<std::string> conventions;
  WhatIf what_if;
  generate::Bounds bounds{.actors = 0, .pages = 0};  ///< all 0 where a scenario is given
  explore::ExploreOptions options;
  std::string save;
};

void Asked::declare(const Arguments& arguments) {
  arguments.add("scenario", scenario, "a shipped name or a file").is(Value::scenario);
  arguments.add("--convention", conventions, "shipped names or files; all if none")
      .is(Value::convention);
  declare_bounds(arguments);
  declare_search(arguments);
  arguments.add("--save", save, "write the counterexamples into this folder").is(Value::folder);
  what_if.declare(arguments);
}

void Asked::declare_bounds(const Arguments& arguments) {
  arguments.add("--pages", bounds.pages, "every scenario of at most so many pages")
      .between(1, kMaxPages);
  arguments.add("--actors", bounds.actors, "and of at most so many actors").between(1, kMaxActors);
  arguments.add("--pipes", bounds.pipes, "and of at most so many pipes")
      .between(0, kMaxPipes)
      .shows_default();
  arguments
      .add("--flags", bounds.flags,
           "and of at most so many flags: pages large, mapped, dirty, with buffers, stable; "
           "actors that are async, hold otherwise")
      .between(0, 1000);
}

void Asked::declare_search(const Arguments& arguments) {
  explore::EngineOptions& engine = options.engine;
  const auto cores = static_cast<int>(std::thread::hardware_concurrency());
  engine.threads = std::clamp(cores, 1, kMaxSearchThreads);
  engine.max_bytes = half_of_memory();
  arguments
      .call_all(
          "--reductions", [this](const auto& names) { options.reductions = reductions_of(names); },
          "some of these, comma separated; without it merge,partial-order,symmetry")
      .comma_separated()
      .one_of({"merge", "partial-order", "sleep", "symmetry", "all", "none"});
  arguments
      .call(
          "--order", [&engine](const auto& order) { engine.depth_first = order == "depth"; },
          "breadth (without it), or depth: fewer states wait at a time")
      .one_of({"breadth", "depth"});
  arguments
      .call(
          "--states", [&engine](const auto& how) { engine.fingerprints = how == "fingerprints"; },
          "exact (without it), or fingerprints: 64 bits each, and a chance to miss one")
      .one_of({"exact", "fingerprints"});
  arguments.add("--threads", engine.threads, "workers")
      .between(1, kMaxSearchThreads)
      .shows_default();
  arguments.bytes("--memory", engine.max_bytes, "at most so much, as in 500M or 2G");
  arguments.add("--budget", options.seconds, "stop after this many seconds").not_negative();
  arguments.add("--checkpoint", options.checkpoint, "file to go on from after a stop")
      .is(Value::file);
  arguments.add("--every", options.checkpoint_seconds, "seconds between checkpoints")
      .not_negative()
      .shows_default();
  arguments.flag("--resume", options.resume, "go on from the checkpoint, if there is one");
}

void Asked::check() const {
  if (bounded() == !scenario.empty())
    throw InputError(
        fmt::format("explore: {}, expected a scenario, or else --pages and --actors",
                    bounded() ? "a scenario and a bound are both given" : "nothing is named"));
  if (bounded() && (bounds.pages == 0 || bounds.actors == 0))
    throw InputError("explore: --pages or --actors is missing, expected both");
  if (options.resume && options.checkpoint.empty())
    throw InputError("--resume goes on from a checkpoint, expected --checkpoint FILE too");
  if (bounded() && !options.checkpoint.empty())
    throw InputError("--checkpoint is for one scenario, expected none with --pages and --actors");
}

shrinkers::MinimizeOptions Asked::shrinking() const {
  shrinkers::MinimizeOptions shrinking;
  shrinking.seconds = judge::CampaignOptions{}.shrink_seconds;
  shrinking.max_bytes = options.engine.max_bytes;
  shrinking.stopped = render::interrupted;
  return shrinking;
}

/// Shows an exploration's standing on the terminal.
class Meter {
 public:
  explicit Meter(render::Progress& progress) : progress_(progress) {}

  void show(const explore::Standing& now) {
    const double time = now_seconds();
    const double rate = static_cast<double>(now.states - last_states_) / (time - last_time_);
    last_time_ = time;
    last_states_ = now.states;
    progress_.show(fmt::format("{} states, {:.2f} million/s, {} waiting, depth {}, {:.0f} MB",
                               now.states, 1e-6 * rate, now.frontier, now.depth,
                               1e-6 * static_cast<double>(now.bytes)));
  }

 private:
  render::Progress& progress_;
  double last_time_ = now_seconds();
  std::uint64_t last_states_ = 0;
};

/// Explores one cell. Throws what compile throws but NotStated, which becomes a verdict.
Exploration explore_cell(const Scenario& scenario, const Convention& convention, const Model& model,
                         Catalogue& catalogue, explore::ExploreOptions options,
                         render::Progress& progress) {
  Exploration one;
  one.cell = judge::make_cell(scenario, convention);
  if (!options.checkpoint.empty())
    options.identity = write_scenario(scenario, "") + write_convention(convention, "");
  options.stopped = render::interrupted;
  try {
    const System system = compile(scenario, convention, model, catalogue);
    Meter meter(progress);
    one.result =
        explore::explore(system, options, [&](const explore::Standing& now) { meter.show(now); });
    one.cell.result.violated = one.result.violated;
    one.cell.result.taken = one.result.taken;
    one.cell.proved = one.result.finished();
    if (one.cell.proved) {
      judge::look_for_livelock(one.cell, system, options.engine.max_bytes, options.stopped);
      if (!one.cell.proved)
        one.result.ending =
            render::interrupted() ? explore::Explored::interrupted : explore::Explored::memory;
    }
    one.cell.operations_per_page = judge::operations_per_page(scenario, system);
    one.cell.states = one.result.states;
    judge::acquit(one.cell, model.kinds, [&](const Scenario& rest) {
      explore::ExploreOptions again;
      again.stopped = options.stopped;
      again.seconds = options.seconds;
      again.engine.max_bytes = options.engine.max_bytes;
      return explore::explore(compile(rest, convention, model, catalogue), again).violated;
    });
    judge::decide(one.cell, system);
    judge::explain_idle(one.cell, system);
  } catch (const NotStated& missing) {
    one.cell.not_stated = missing.what();
  }
  return one;
}

ExitCode explore_scenario(const Asked& asked, const Model& model, const Printer& out) {
  const auto conventions = chosen_conventions(asked.conventions, asked.what_if, model);
  const auto scenarios = chosen_scenarios({asked.scenario}, asked.what_if, model);
  check_expected_scenarios(conventions, scenarios, model);
  const std::string& checkpoint = asked.options.checkpoint;
  if (!checkpoint.empty() && conventions.size() != 1)
    throw InputError("--checkpoint is for one convention, expected one --convention");
  render::Progress progress;
  Catalogue catalogue;
  judge::StoryTeller teller(model, catalogue, asked.shrinking());
  Saver saver(model, catalogue, asked.save, 0);
  std::vector<Exploration> all;
  ExitCode code = kAsExpected;
  for (const Convention& convention : conventions) {
    // One that comes before the first search ends that one, which says so.
    if (render::interrupted() && !all.empty()) {
      code = graver(code, kNotFinished);
      break;
    }
    Exploration& one = all.emplace_back(
        explore_cell(scenarios.front(), convention, model, catalogue, asked.options, progress));
    progress.clear();
    // Before the search for shortest counterexamples, which may take longer than this one.
    out.now(exploration_text(one));
    if (one.cell.answer() != 0) one.shown = teller.of(one.cell);
    out.now(report::shown_text(one.shown));
    for (const judge::Shown& shown : one.shown) saver.save(shown);
    code = graver(code, one.exit_code());
  }
  out.report(report::ExplorationsReport(all, code), code);
  // Only now is everything said that a checkpoint could be of use for.
  if (!checkpoint.empty() && !all.empty() && all.front().cell.proved)
    std::filesystem::remove(checkpoint);
  saver.finish();
  return code;
}

/// Every scenario within the bounds, smallest first, under every convention chosen.
class Sweep {
 public:
  Sweep(const Asked& asked, const Model& model, const Printer& out)
      : asked_(asked),
        model_(model),
        out_(out),
        conventions_(chosen_conventions(asked.conventions, asked.what_if, model)) {
    swept_.seen.resize(conventions_.size());
    swept_.judged.resize(conventions_.size());
  }

  ExitCode run() {
    generate::Enumeration scenarios(model_.kinds, asked_.bounds);
    while (const auto scenario = scenarios.next()) {
      progress_.show(fmt::format("{} scenarios of {} actors and {} pages, {} states",
                                 swept_.scenarios, scenario->actors.size(), scenario->pages.size(),
                                 swept_.states));
      look_at(*scenario);
      if (!swept_.complete()) break;
    }
    progress_.clear();
    const ExitCode code = swept_.exit_code();
    out_.report(report::SweepReport(swept_, conventions_, found_), code);
    saver_.finish();
    return code;
  }

 private:
  /// Of the budget; endless where there is none.
  double seconds_left() const {
    const double budget = asked_.options.seconds;
    if (budget == 0) return std::numeric_limits<double>::infinity();
    return budget - (now_seconds() - start_);
  }

  void look_at(const Scenario& scenario) {
    for (std::size_t c = 0; c < conventions_.size(); ++c) {
      const double left = seconds_left();
      if (render::interrupted())
        swept_.ending = explore::Explored::interrupted;
      else if (left <= 0)
        swept_.ending = explore::Explored::time;
      else
        look_at(scenario, c, left);
      if (!swept_.complete()) return;
    }
    ++swept_.scenarios;
    swept_.largest = generate::size_of(scenario);
  }

  void look_at(const Scenario& scenario, std::size_t c, double seconds) {
    explore::ExploreOptions options = asked_.options;
    options.engine.threads = 1;
    options.seconds = seconds;
    Exploration one =
        explore_cell(scenario, conventions_[c], model_, catalogue_, options, progress_);
    if (one.cell.verdict == judge::Verdict::not_stated) {
      ++swept_.not_stated;
      return;
    }
    swept_.states += one.result.states;
    // The next pair has all memory again, but no more time.
    if (one.result.ending == explore::Explored::memory)
      ++swept_.unfinished;
    else
      swept_.ending = one.result.ending;
    const bool vacuous = one.cell.verdict == judge::Verdict::vacuous;
    ++(vacuous ? swept_.vacuous : swept_.judged[c]);
    const PropertySet fresh = one.cell.answer() & ~swept_.seen[c];
    if (fresh == 0) return;
    swept_.seen[c] |= fresh;
    tell(std::move(one), fresh);
  }

  /// The first scenario that violates a property is a smallest one.
  void tell(Exploration one, PropertySet fresh) {
    one.cell.result.violated = fresh;
    swept_.surprised = swept_.surprised || one.cell.surprises() != 0;
    one.shown = teller_.of(one.cell);
    progress_.clear();
    out_.now(report::shown_text(one.shown));
    for (const judge::Shown& shown : one.shown) saver_.save(shown);
    one.cell.scenario = &kept_.emplace_back(*one.cell.scenario);
    found_.push_back(std::move(one));
  }

  const Asked& asked_;
  const Model& model_;
  const Printer& out_;
  double start_ = now_seconds();
  std::vector<Convention> conventions_;
  Catalogue catalogue_;
  judge::StoryTeller teller_{model_, catalogue_, asked_.shrinking()};
  Saver saver_{model_, catalogue_, asked_.save, 0};
  render::Progress progress_;
  Swept swept_;
  std::deque<Scenario> kept_;  ///< that found_ speaks of
  std::vector<Exploration> found_;
};

class Explore final : public Command {
 public:
  Explore()
      : Command("explore",
                "every interleaving and outcome of a scenario, or of all up to a bound") {}

  void declare(const Arguments& arguments) override {
    asked_.declare(arguments);
    arguments.formats(out_);
    arguments.quiet(out_);
  }

  ExitCode run() override {
    asked_.check();
    const Model model = make_model();
    if (!asked_.save.empty()) counterexample::make_folder(asked_.save);
    render::catch_interrupts();
    return asked_.bounded() ? Sweep(asked_, model, out_).run()
                            : explore_scenario(asked_, model, out_);
  }

 private:
  Asked asked_;
  Printer out_;
};

}  // namespace

Made commands::explore() { return std::make_unique<Explore>(); }

}  // namespace pincheck::command
