// SPDX-License-Identifier: MIT
#include "checker/judge/verdict.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "checker/explore/explore.hpp"
#include "checker/search/undisturbed.hpp"
#include "model/machine/loops.hpp"

namespace pincheck::judge {
namespace {

PropertySet asked_by(const Scenario& scenario) {
  if (scenario.asks.empty()) return ~PropertySet{0};
  PropertySet asked = 0;
  for (const auto& name : scenario.asks) asked |= PropertySet{1} << property_index(name);
  return asked;
}

/// Everything that both searches find, as far as they go.
PropertySet found_in(const System& system, const JudgeOptions& options) {
  const PropertySet found = search::search(system, options.random, nullptr).violated;
  if (options.max_states == 0) return found;
  explore::ExploreOptions exploring;
  exploring.max_states = options.max_states;
  exploring.stopped = options.random.stopped;
  return found | explore::explore(system, exploring).violated;
}

/// Visits every interleaving, which must show all that random search has found. What can be taken
/// counts as visited once.
void prove(Cell& cell, const System& system, const JudgeOptions& options, search::Visits* visits) {
  explore::ExploreOptions exploring;
  exploring.max_states = options.max_states;
  exploring.stopped = options.random.stopped;
  const explore::ExploreResult all = explore::explore(system, exploring);
  cell.proved = all.finished();
  cell.states = all.states;
  if (cell.proved && (cell.result.violated & ~all.violated) != 0)
    throw std::logic_error(fmt::format(
        "internal error: {} under {}: random search found {}, the exhaustive search did not",
        cell.scenario->name, cell.convention->name,
        property_names(cell.result.violated & ~all.violated)));
  cell.result.violated |= all.violated;
  for (std::size_t i = 0; i < all.taken.size(); ++i)
    if (all.taken[i]) cell.result.taken[i] = true;
  if (visits != nullptr) visits->add(system, {all.taken.begin(), all.taken.end()});
  if (cell.proved)
    look_for_livelock(cell, system, exploring.engine.max_bytes, options.random.stopped);
}

}  // namespace

double operations_per_page(const Scenario& scenario, const System& system) {
  Run run(system);
  search::run_undisturbed(system, run, [](const Run&, Choice) {});
  int operations = 0;
  int pages = 0;
  for (int actor = 0; actor < system.actors; ++actor) {
    if (scenario.actors[actor].caller.empty()) continue;
    operations += run.atomic_operations(actor);
    pages += run.world().request[actor].count;
  }
  return pages == 0 ? 0 : static_cast<double>(operations) / pages;
}

Cell make_cell(const Scenario& scenario, const Convention& convention) {
  Cell cell;
  cell.scenario = &scenario;
  cell.convention = &convention;
  cell.asked = asked_by(scenario);
  const Declared all = declared(convention, scenario);
  cell.expected = all.covered;
  cell.required = all.required;
  return cell;
}

Cell judge(const Scenario& scenario, const Convention& convention, const Model& model,
           Catalogue& catalogue, const JudgeOptions& options, search::Visits* visits) {
  Cell cell = make_cell(scenario, convention);
  try {
    const System system = compile(scenario, convention, model, catalogue);
    if (visits != nullptr) {
      visits->outcomes.resize(catalogue.entries().size());
      visits->meetings.resize(catalogue.meetings().size());
    }
    cell.result = search::search(system, options.random, visits);
    if (options.max_states > 0) prove(cell, system, options, visits);
    cell.operations_per_page = operations_per_page(scenario, system);
    acquit(cell, model.kinds, [&](const Scenario& rest) {
      return found_in(compile(rest, convention, model, catalogue), options);
    });
    decide(cell, system);
    if (options.max_states > 0) explain_idle(cell, system);
  } catch (const NotStated& missing) {
    cell.not_stated = missing.what();
  }
  return cell;
}

void acquit(Cell& cell, const Kinds& kinds, const Violations& violated_in) {
  cell.expected &=
      ~shown_by_others(*cell.convention, *cell.scenario, cell.result.violated, kinds, violated_in);
}

void look_for_livelock(Cell& cell, const System& system, std::size_t max_bytes,
                       const Stopped& stopped) {
  if (always_ends(system)) return;
  cell.livelock = explore::find_livelock(system, max_bytes, stopped);
  cell.proved = cell.proved && cell.livelock.complete;
  if (cell.livelock.found) cell.result.violated |= set_of(PropertyId::completes);
}

void decide(Cell& cell, const System& system) {
  const PropertySet refused = set_of(PropertyId::not_refused);
  if (cell.answer() != 0) {
    cell.verdict = cell.answer() == refused ? Verdict::refused : Verdict::violated;
    return;
  }
  cell.idle = idle_actors(*cell.scenario, system, cell.result.taken);
  const bool by_refusal = std::all_of(cell.idle.begin(), cell.idle.end(),
                                      [](const IdleActor& one) { return one.refused; });
  cell.verdict = cell.idle.empty()                              ? Verdict::holds
                 : by_refusal && (cell.expected & refused) != 0 ? Verdict::refused
                                                                : Verdict::vacuous;
}

void explain_idle(Cell& cell, const System& system) {
  for (IdleActor& one : cell.idle) explain(one, *cell.scenario, system, cell.result.taken);
}

ExitCode Cell::exit_code() const {
  if (!as_expected()) return kDiffers;
  return verdict == Verdict::not_stated || verdict == Verdict::vacuous ? kVacuous : kAsExpected;
}

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::holds: return "holds";
    case Verdict::violated: return "violated";
    case Verdict::refused: return "refused";
    case Verdict::vacuous: return "vacuous";
    case Verdict::not_stated: return "not stated";
  }
  return "";
}

std::string property_names(PropertySet set) {
  std::string out;
  const auto& all = properties();
  for (std::size_t i = 0; i < all.size(); ++i)
    if ((set >> i & 1) != 0) out += (out.empty() ? "" : ", ") + std::string(all[i].name);
  return out;
}

}  // namespace pincheck::judge
