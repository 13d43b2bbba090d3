// SPDX-License-Identifier: MIT
// `pincheck explore`: one scenario, or all up to a bound.
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <limits>

#include "checker/clock.hpp"
#include "checker/command/chosen.hpp"
#include "checker/report/exploration.hpp"
#include "checker/report/report.hpp"
#include "checker/terminal.hpp"

namespace pincheck {
namespace {

/// Shows an exploration's standing on the terminal.
class Meter {
 public:
  explicit Meter(Progress& progress) : progress_(progress) {}

  void show(const Standing& now) {
    const double time = now_seconds();
    const double rate = static_cast<double>(now.states - last_states_) / (time - last_time_);
    last_time_ = time;
    last_states_ = now.states;
    progress_.show(fmt::format("{} states, {:.2f} million/s, {} waiting, depth {}, {:.0f} MB",
                               now.states, 1e-6 * rate, now.frontier, now.depth,
                               1e-6 * static_cast<double>(now.bytes)));
  }

 private:
  Progress& progress_;
  double last_time_ = now_seconds();
  std::uint64_t last_states_ = 0;
};

MinimizeOptions shrinking_of(const Arguments& arguments) {
  MinimizeOptions options;
  options.seconds = arguments.options.shrink_seconds;
  options.max_bytes = arguments.exploring.engine.max_bytes;
  options.stopped = interrupted;
  return options;
}

/// Explores one cell. Throws what compile throws but NotStated, which becomes a verdict.
Exploration explore_cell(const Scenario& scenario, const Convention& convention, const Model& model,
                         Catalogue& catalogue, ExploreOptions options, Progress& progress) {
  Exploration one;
  one.cell = make_cell(scenario, convention);
  if (!options.checkpoint.empty())
    options.identity = write_scenario(scenario, "") + write_convention(convention, "");
  options.stopped = interrupted;
  try {
    const System system = compile(scenario, convention, model, catalogue);
    Meter meter(progress);
    one.result = explore(system, options, [&](const Standing& now) { meter.show(now); });
    one.cell.result.violated = one.result.violated;
    one.cell.result.taken = one.result.taken;
    one.cell.proved = one.result.finished();
    if (one.cell.proved) {
      look_for_livelock(one.cell, system, options.engine.max_bytes, options.stopped);
      if (!one.cell.proved)
        one.result.ending = interrupted() ? Explored::interrupted : Explored::memory;
    }
    one.cell.operations_per_page = operations_per_page(scenario, system);
    one.cell.states = one.result.states;
    acquit(one.cell, model.kinds, [&](const Scenario& rest) {
      ExploreOptions again;
      again.stopped = options.stopped;
      again.seconds = options.seconds;
      again.engine.max_bytes = options.engine.max_bytes;
      return explore(compile(rest, convention, model, catalogue), again).violated;
    });
    decide(one.cell, system);
    explain_idle(one.cell, system);
  } catch (const NotStated& missing) {
    one.cell.not_stated = missing.what();
  }
  return one;
}

ExitCode explore_scenarios(const Arguments& arguments, const Model& model) {
  const auto conventions = chosen_conventions(arguments, model);
  const auto scenarios = chosen_scenarios(arguments, model);
  check_expected_scenarios(conventions, scenarios, model);
  if (!arguments.exploring.checkpoint.empty() && conventions.size() != 1)
    throw InputError("--checkpoint is for one convention, expected one --convention");
  catch_interrupts();
  Progress progress;
  Catalogue catalogue;
  StoryTeller teller(model, catalogue, shrinking_of(arguments));
  Saver saver(model, catalogue, arguments.save, 0);
  std::vector<Exploration> all;
  ExitCode code = kAsExpected;
  for (const Convention& convention : conventions) {
    if (interrupted()) {
      code = graver(code, kNotFinished);
      break;
    }
    Exploration& one = all.emplace_back(explore_cell(scenarios.front(), convention, model,
                                                     catalogue, arguments.exploring, progress));
    progress.clear();
    // Before the search for shortest counterexamples, which may take longer than this one.
    if (!arguments.json) print(exploration_text(one));
    if (one.cell.answer() != 0) one.shown = teller.of(one.cell);
    if (!arguments.json) print(shown_text(one.shown));
    for (const Shown& shown : one.shown) saver.save(shown);
    code = graver(code, one.exit_code());
  }
  if (arguments.json) print(explore_json(all, nullptr, code));
  // Only now is everything said that a checkpoint could be of use for.
  if (!arguments.exploring.checkpoint.empty() && !all.empty() && all.front().cell.proved)
    std::filesystem::remove(arguments.exploring.checkpoint);
  saver.finish();
  return code;
}

/// Every scenario within the bounds, smallest first, under every convention chosen.
class Sweep {
 public:
  Sweep(const Arguments& arguments, const Model& model)
      : arguments_(arguments), model_(model), conventions_(chosen_conventions(arguments, model)) {
    swept_.seen.resize(conventions_.size());
    swept_.judged.resize(conventions_.size());
  }

  ExitCode run() {
    Enumeration scenarios(model_.kinds, arguments_.bounds);
    while (const auto scenario = scenarios.next()) {
      progress_.show(fmt::format("{} scenarios of {} actors and {} pages, {} states",
                                 swept_.scenarios, scenario->actors.size(), scenario->pages.size(),
                                 swept_.states));
      look_at(*scenario);
      if (!swept_.complete()) break;
    }
    progress_.clear();
    if (arguments_.json)
      print(explore_json(found_, &swept_, swept_.exit_code()));
    else
      print(sweep_text(swept_, conventions_));
    saver_.finish();
    return swept_.exit_code();
  }

 private:
  /// Of the budget; endless where there is none.
  double seconds_left() const {
    const double budget = arguments_.exploring.seconds;
    if (budget == 0) return std::numeric_limits<double>::infinity();
    return budget - (now_seconds() - start_);
  }

  void look_at(const Scenario& scenario) {
    for (std::size_t c = 0; c < conventions_.size(); ++c) {
      const double left = seconds_left();
      if (interrupted())
        swept_.ending = Explored::interrupted;
      else if (left <= 0)
        swept_.ending = Explored::time;
      else
        look_at(scenario, c, left);
      if (!swept_.complete()) return;
    }
    ++swept_.scenarios;
    swept_.largest = size_of(scenario);
  }

  void look_at(const Scenario& scenario, std::size_t c, double seconds) {
    ExploreOptions options = arguments_.exploring;
    options.engine.threads = 1;
    options.seconds = seconds;
    Exploration one =
        explore_cell(scenario, conventions_[c], model_, catalogue_, options, progress_);
    if (one.cell.verdict == Verdict::not_stated) {
      ++swept_.not_stated;
      return;
    }
    swept_.states += one.result.states;
    // The next pair has all memory again, but no more time.
    if (one.result.ending == Explored::memory)
      ++swept_.unfinished;
    else
      swept_.ending = one.result.ending;
    const bool vacuous = one.cell.verdict == Verdict::vacuous;
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
    if (!arguments_.json) print(shown_text(one.shown));
    for (const Shown& shown : one.shown) saver_.save(shown);
    if (!arguments_.json) return;
    one.cell.scenario = &kept_.emplace_back(*one.cell.scenario);
    found_.push_back(std::move(one));
  }

  const Arguments& arguments_;
  const Model& model_;
  double start_ = now_seconds();
  std::vector<Convention> conventions_;
  Catalogue catalogue_;
  StoryTeller teller_{model_, catalogue_, shrinking_of(arguments_)};
  Saver saver_{model_, catalogue_, arguments_.save, 0};
  Progress progress_;
  Swept swept_;
  std::deque<Scenario> kept_;  ///< that found_ speaks of
  std::vector<Exploration> found_;
};

}  // namespace

ExitCode Swept::exit_code() const {
  ExitCode code = surprised ? kDiffers : kAsExpected;
  if (!complete() || unfinished != 0) code = graver(code, kNotFinished);
  const bool empty = std::find(judged.begin(), judged.end(), 0U) != judged.end();
  return graver(code, empty ? kVacuous : kAsExpected);
}

ExitCode run_explore(const Arguments& arguments) {
  const bool bounded = arguments.bounds.pages != 0 || arguments.bounds.actors != 0;
  if (bounded == !arguments.scenarios.empty())
    throw InputError("explore takes a scenario, or --pages and --actors, expected one of the two");
  if (bounded && (arguments.bounds.pages == 0 || arguments.bounds.actors == 0))
    throw InputError("explore expected both --pages and --actors");
  if (arguments.exploring.resume && arguments.exploring.checkpoint.empty())
    throw InputError("--resume goes on from a checkpoint, expected --checkpoint FILE too");
  if (bounded && !arguments.exploring.checkpoint.empty())
    throw InputError("--checkpoint is for one scenario, expected none with --pages and --actors");
  const Model model = make_model();
  if (!arguments.save.empty()) make_folder(arguments.save);
  if (!bounded) return explore_scenarios(arguments, model);
  catch_interrupts();
  return Sweep(arguments, model).run();
}

}  // namespace pincheck
