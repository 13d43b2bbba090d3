// SPDX-License-Identifier: MIT
#include "shrinkers/minimize.hpp"

#include <algorithm>
#include <utility>

#include "checker/explore/fewest_switches.hpp"
#include "checker/explore/shortest.hpp"
#include "model/base/clock.hpp"
#include "model/compile/well_formed.hpp"
#include "shrinkers/schedule.hpp"

namespace pincheck::shrinkers {
namespace {

/// Most scenarios that are proved to hold before the result: some seconds.
constexpr std::size_t kMostSubScenarios = 20000;

class Minimizer {
 public:
  Minimizer(const Convention& convention, int property, const Model& model, Catalogue& catalogue,
            const MinimizeOptions& options)
      : convention_(convention),
        property_(property),
        model_(model),
        catalogue_(catalogue),
        options_(options) {}

  Minimal run(const Scenario& scenario, const Moves& moves);

 private:
  enum class Fails : std::uint8_t { no, yes, unknown };
  struct Answer {
    Fails fails = Fails::unknown;
    Moves moves;  ///< that violate the property
  };

  bool over() const {
    const bool late = options_.seconds > 0 && now_seconds() - start_ > options_.seconds;
    return late || says(options_.stopped);
  }
  System compiled(const Scenario& scenario) {
    return compile(scenario, convention_, model_, catalogue_);
  }
  /// Violations of the scenario that are of the mechanism to keep.
  Counts counts_in(const Scenario& scenario) const {
    return counts_as(mechanism_, scenario, options_.keep);
  }
  void shrink_moves();
  std::optional<std::vector<Scenario>> smaller_scenarios(const Scenario& from);
  Answer ask(const Scenario&);
  bool find_smallest(const std::vector<Scenario>& in_order);
  bool find_shortest();
  void tell() const {
    if (options_.better) options_.better(best_);
  }

  const Convention& convention_;
  int property_;
  const Model& model_;
  Catalogue& catalogue_;
  const MinimizeOptions& options_;
  double start_ = now_seconds();
  Mechanism mechanism_;
  Minimal best_;
};

Minimal Minimizer::run(const Scenario& scenario, const Moves& moves) {
  best_.scenario = scenario;
  best_.moves = moves;
  best_.original = moves.size();
  const auto shown = mechanism_shown(scenario, options_.keep, compiled(scenario), moves, property_);
  if (!shown) return std::move(best_);
  mechanism_ = *shown;
  shrink_moves();
  tell();
  const auto in_order = smaller_scenarios(scenario);
  const bool smallest = in_order && find_smallest(*in_order);
  const bool shortest = find_shortest();
  if (shortest) best_.minimality = smallest ? Minimality::proved : Minimality::schedule;
  tell();
  return std::move(best_);
}

/// RapidCheck first: soon there is something short to show, whatever happens next.
void Minimizer::shrink_moves() {
  const System system = compiled(best_.scenario);
  ShrunkSchedule shrunk = shrink_schedule(
      system, best_.moves, property_, [this] { return over(); }, counts_in(best_.scenario));
  best_.replays += shrunk.replays;
  best_.moves = std::move(shrunk.moves);
  best_.scenario = without_bystanders(best_.scenario, best_.moves);
}

/// Every smaller scenario in order of size. Of a scenario that has too many of them, those of one
/// that RapidCheck has shrunk; nothing if those are still too many.
std::optional<std::vector<Scenario>> Minimizer::smaller_scenarios(const Scenario& from) {
  for (const Scenario& start : {from, best_.scenario})
    if (auto all = sub_scenarios(start, options_.keep, kMostSubScenarios)) return all;
  const Scenario small =
      shrink_scenario(best_.scenario, options_.keep,
                      [this](const Scenario& one) { return ask(one).fails == Fails::yes; });
  return sub_scenarios(small, options_.keep, kMostSubScenarios);
}

/// Whether some interleaving of the scenario violates the property by that mechanism. What the
/// convention does not state cannot.
Minimizer::Answer Minimizer::ask(const Scenario& scenario) {
  if (over()) return {};
  try {
    const System system = compiled(scenario);
    ++best_.scenarios;
    explore::ShortestOptions options;
    options.reductions = explore::Reductions{};
    options.max_bytes = options_.max_bytes;
    options.stopped = [this] { return over(); };
    options.counts = counts_in(scenario);
    const explore::Shortest found = explore::shortest(system, PropertySet{1} << property_, options);
    if (found.found != 0) return {Fails::yes, moves_of(system, found.schedule[property_])};
    return {found.complete ? Fails::no : Fails::unknown, {}};
  } catch (const NotStated&) {
    return {Fails::no, {}};
  }
}

/// Makes the first scenario that fails the best one. Returns whether all before it hold.
bool Minimizer::find_smallest(const std::vector<Scenario>& in_order) {
  bool all_hold = true;
  for (const Scenario& one : in_order) {
    Answer answer = ask(one);
    if (answer.fails == Fails::unknown && over()) return false;
    all_hold = all_hold && answer.fails != Fails::unknown;
    if (answer.fails != Fails::yes) continue;
    best_.scenario = one;
    best_.moves = std::move(answer.moves);
    return all_hold;
  }
  return false;
}

/// Returns whether the best schedule is proved to be the shortest, with the fewest faults.
bool Minimizer::find_shortest() {
  const System system = compiled(best_.scenario);
  explore::ShortestOptions options;
  options.max_bytes = options_.max_bytes;
  options.stopped = [this] { return over(); };
  options.counts = counts_in(best_.scenario);
  const explore::Shortest least = explore::shortest(system, PropertySet{1} << property_, options);
  if (least.found == 0) return false;
  const auto& schedule = least.schedule[property_];
  best_.moves = moves_of(system, schedule);
  const auto readable =
      explore::fewest_switches(system, property_, static_cast<int>(schedule.size()),
                               {options_.max_bytes, options.stopped, options.counts});
  if (readable) best_.moves = moves_of(system, *readable);
  return readable.has_value();
}

}  // namespace

std::string_view minimality_name(Minimality minimality) {
  switch (minimality) {
    case Minimality::proved: return "proved";
    case Minimality::schedule: return "schedule";
    case Minimality::none: return "no";
  }
  return "";
}

Minimal minimize(const Scenario& scenario, const Convention& convention, const Moves& moves,
                 int property, const Model& model, Catalogue& catalogue,
                 const MinimizeOptions& options) {
  return Minimizer(convention, property, model, catalogue, options).run(scenario, moves);
}

Scenario without_bystanders(const Scenario& scenario, Moves& moves) {
  Scenario out = scenario;
  for (int actor = static_cast<int>(out.actors.size()) - 1; actor >= 0; --actor) {
    const bool acts = std::any_of(moves.begin(), moves.end(),
                                  [&](const Move& move) { return move.thread / 2 == actor; });
    if (acts || out.actors.size() == 1) continue;
    out.actors.erase(out.actors.begin() + actor);
    for (Move& move : moves)
      if (move.thread / 2 > actor) move.thread -= 2;
  }
  return tidied(std::move(out), linux_kinds());
}

}  // namespace pincheck::shrinkers
