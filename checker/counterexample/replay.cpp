// SPDX-License-Identifier: MIT
#include "checker/counterexample/replay.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checker/counterexample/renames.hpp"
#include "checker/counterexample/words.hpp"
#include "checker/explore/fewest_switches.hpp"
#include "checker/explore/shortest.hpp"

namespace pincheck::counterexample {
namespace {

class Replayer {
 public:
  Replayer(const Counterexample& example, const std::string& file, const System& system)
      : example_(example), file_(file), system_(system), run_(system) {}

  /// The moves of the steps that can be taken, up to the first that cannot.
  Moves take_all(std::string& problem) {
    Moves moves;
    for (std::size_t i = 0; i < example_.schedule.size(); ++i) {
      const NamedStep& named = example_.schedule[i];
      const int thread = thread_of(named, i + 1);
      auto choice = choice_of(named, thread);
      while (!choice && take_added(thread, moves)) choice = choice_of(named, thread);
      if (!choice) {
        problem = fmt::format("step {}, {}: {}", i + 1, text_of(named), why_not(named, thread));
        return moves;
      }
      take(*choice, moves);
    }
    return moves;
  }

 private:
  static std::string text_of(const NamedStep& named) {
    return fmt::format("{} '{}{}{}'", named.actor, named.step, named.outcome.empty() ? "" : ": ",
                       named.outcome);
  }

  int thread_of(const NamedStep& named, std::size_t number) const {
    for (int thread = 0; thread < system_.thread_count(); ++thread)
      if (thread_name(example_.scenario, thread) == named.actor) return thread;
    throw InputError(
        fmt::format("{}: step {}: no actor is named '{}', expected one of the scenario's", file_,
                    number, named.actor));
  }

  std::optional<Choice> choice_of(const NamedStep& named, int thread) const {
    for (const Choice& choice : run_.choices()) {
      if (choice.thread != thread) continue;
      const Step& step = system_.step_of(run_.world(), thread);
      if (step.name == named.step && step.outcomes[choice.outcome].name == named.outcome)
        return choice;
    }
    return {};
  }

  void take(Choice choice, Moves& moves) {
    moves.push_back({choice.thread, system_.outcome_of(run_.world(), choice).coverage});
    run_.take(choice);
  }

  /// The thread's step, if the file is too old to know of it.
  bool take_added(int thread, Moves& moves) {
    for (const AddedStep& added : added_steps()) {
      const auto choice = choice_of({"", added.step, added.outcome}, thread);
      if (choice) take(*choice, moves);
      if (choice) return true;
    }
    return false;
  }

  /// Why the thread cannot take the step: what does not exist any more, where it stands instead,
  /// or what it waits for.
  std::string why_not(const NamedStep& named, int thread) const {
    if ((run_.violated() & run_enders()) != 0)
      return fmt::format("the run ended before it, {} is violated",
                         properties()[property_index(example_.property)].name);
    const Program& program = system_.programs[thread];
    const bool exists = std::any_of(program.begin(), program.end(),
                                    [&](const Step& step) { return step.name == named.step; });
    const std::string none = exists ? "" : "no such step any more (`pincheck list steps`); ";
    if (system_.finished(run_.world(), thread)) return none + "it has finished by then";
    const Step& here = system_.step_of(run_.world(), thread);
    if (here.name != named.step)
      return fmt::format("{}it stands at '{}' ({}), which goes on with {}", none, here.name,
                         here.function, outcomes_of(here));
    for (const Outcome& outcome : here.outcomes)
      if (outcome.name == named.outcome)
        return "it has to wait: " +
               what_hinders(system_, example_.scenario, run_.world(), thread, outcome.when);
    return fmt::format("no such outcome any more, it has {}", outcomes_of(here));
  }

  static std::string outcomes_of(const Step& step) {
    std::vector<std::string> names;  // several outcomes may have one name
    for (const Outcome& outcome : step.outcomes)
      if (std::find(names.begin(), names.end(), outcome.name) == names.end())
        names.push_back(outcome.name);
    if (names == std::vector<std::string>{""}) return "its only outcome";
    return fmt::format("'{}'", fmt::join(names, "', '"));
  }

  const Counterexample& example_;
  const std::string& file_;
  const System& system_;
  Run run_;
};

/// What is different from what the file says, "" if nothing is.
std::string difference(const Counterexample& example, const story::Story& story,
                       std::size_t moves) {
  if (!story.violated) return fmt::format("every step is taken, and {} holds", example.property);
  const std::size_t steps = story.steps.size();
  if (steps < moves)
    return fmt::format("{} is violated in step {} already", example.property, steps);
  const std::string at = story.at_end || steps == 0 ? "end" : story.steps.back().step;
  if (!example.breaks_at.empty() && at != example.breaks_at)
    return fmt::format("{} is violated at '{}', not at '{}'", example.property, at,
                       example.breaks_at);
  return "";
}

}  // namespace

System compile_counterexample(const Counterexample& example, const std::string& file,
                              const Model& model, Catalogue& catalogue) {
  try {
    return compile(example.scenario, example.convention, model, catalogue);
  } catch (const NotStated& missing) {
    throw InputError(fmt::format("{}: {}, expected a row for it", file, missing.what()));
  }
}

Replay replay_counterexample(const Counterexample& example, const std::string& file,
                             const System& system) {
  Replay result;
  result.moves = Replayer(example, file, system).take_all(result.problem);
  result.story = story::tell(example.scenario, system, example.convention.name, result.moves,
                             property_index(example.property));
  result.why = explain::explain(result.story, system);
  if (result.problem.empty())
    result.problem = difference(example, result.story, result.moves.size());
  result.reproduced = result.problem.empty();
  return result;
}

std::optional<Counterexample> refind(const Counterexample& example, const System& system,
                                     const Stopped& stopped) {
  const int property = property_index(example.property);
  explore::ShortestOptions options;
  options.stopped = stopped;
  const explore::Shortest found = explore::shortest(system, PropertySet{1} << property, options);
  if (found.found == 0) return {};
  const auto& schedule = found.schedule[property];
  const auto readable = explore::fewest_switches(
      system, property, static_cast<int>(schedule.size()), {options.max_bytes, stopped});
  const story::Story story =
      story::tell(example.scenario, system, example.convention.name,
                  moves_of(system, readable ? *readable : schedule), property);
  return make_counterexample(
      story, example.convention,
      readable ? shrinkers::Minimality::schedule : shrinkers::Minimality::none, example.seed);
}

}  // namespace pincheck::counterexample
