// SPDX-License-Identifier: MIT
#include "checker/judge/what_if.hpp"

#include <algorithm>

#include "checker/search/undisturbed.hpp"

namespace pincheck::judge {
namespace {

/// Goes on to the end from where the run is.
void finish(const System& system, Run& run, std::vector<Choice>& schedule) {
  search::run_undisturbed(system, run,
                          [&](const Run&, Choice choice) { schedule.push_back(choice); });
}

/// Follows a schedule of another system as far as there is a way.
class Follower {
 public:
  Follower(const System& system, const Moves& moves, const Catalogue& catalogue)
      : system_(system), moves_(moves), catalogue_(catalogue), run_(system) {}

  std::vector<Choice> schedule() {
    for (std::size_t i = 0; i < moves_.size(); ++i) follow(i);
    finish(system_, run_, schedule_);
    return std::move(schedule_);
  }

 private:
  const System& system_;
  const Moves& moves_;
  const Catalogue& catalogue_;
  Run run_;
  std::vector<Choice> schedule_;

  /// Takes the move, before it what only this system's thread has to do; or nothing.
  void follow(std::size_t index) {
    Run ahead = run_;
    std::vector<Choice> taken;
    const Move& move = moves_[index];
    auto choice = choice_for(system_, ahead, move);
    while (!choice) {
      const auto own = own_step(ahead, index);
      if (!own) return;
      ahead.take(*own);
      taken.push_back(*own);
      choice = choice_for(system_, ahead, move);
    }
    taken.push_back(*choice);
    for (const Choice& one : taken) run_.take(one);
    schedule_.insert(schedule_.end(), taken.begin(), taken.end());
  }

  /// A step of the thread that none of the moves from `index` on is of, without a fault.
  std::optional<Choice> own_step(const Run& run, std::size_t index) const {
    const int thread = moves_[index].thread;
    for (const Choice& choice : run.choices()) {
      if (choice.thread != thread || system_.outcome_of(run.world(), choice).fault) continue;
      const std::string& step = system_.step_of(run.world(), thread).name;
      const bool comes = std::any_of(
          moves_.begin() + static_cast<std::ptrdiff_t>(index), moves_.end(), [&](const Move& one) {
            return one.thread == thread && catalogue_.entries()[one.outcome].step == step;
          });
      if (!comes) return choice;
    }
    return {};
  }
};

}  // namespace

story::Story undisturbed(const Scenario& scenario, const Convention& convention, const Model& model,
                         Catalogue& catalogue) {
  const System system = compile(scenario, convention, model, catalogue);
  Run run(system);
  std::vector<Choice> schedule;
  finish(system, run, schedule);
  return story::tell(scenario, system, convention.name, moves_of(system, schedule), 0);
}

Shown same_order(const Shown& example, const Convention& convention, const Model& model,
                 Catalogue& catalogue) {
  const Scenario& scenario = example.story.scenario;
  const System before = compile(scenario, *example.conventions.front(), model, catalogue);
  const System system = compile(scenario, convention, model, catalogue);
  std::vector<Choice> wanted;
  for (const story::StoryStep& step : example.story.steps) wanted.push_back(step.choice);
  const Moves moves = moves_of(before, wanted);
  const auto schedule = Follower(system, moves, catalogue).schedule();
  Shown other;
  other.story = story::tell(scenario, system, convention.name, moves_of(system, schedule),
                            example.story.property);
  other.why = explain::explain(other.story, system);
  other.conventions = {&convention};
  return other;
}

}  // namespace pincheck::judge
