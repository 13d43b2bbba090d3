// SPDX-License-Identifier: MIT
#include "checker/verdict.hpp"

#include <algorithm>

namespace pincheck {
namespace {

PropertySet asked_by(const Scenario& scenario) {
  if (scenario.asks.empty()) return ~PropertySet{0};
  PropertySet asked = 0;
  for (const auto& name : scenario.asks) asked |= PropertySet{1} << property_index(name);
  return asked;
}

void read_expectations(Cell& cell) {
  for (const Expectation& expect : cell.convention->expect) {
    const PropertySet bit = PropertySet{1} << property_index(expect.property);
    if (expect.scenarios.empty()) cell.expected |= bit;
    const auto& names = expect.scenarios;
    if (std::find(names.begin(), names.end(), cell.scenario->name) == names.end()) continue;
    cell.expected |= bit;
    cell.required |= bit;
  }
}

/// Threads one after another, never a fault: what the I/O costs when nothing comes between.
void run_undisturbed(const System& system, Run& run) {
  while (!run.ended()) {
    Choice next = run.choices().item[0];
    for (const Choice& choice : run.choices()) {
      const auto& thread = run.world().thread[choice.thread];
      const FlatStep& step = system.steps[system.threads[choice.thread].step_begin + thread.pc];
      if (system.outcomes[step.outcome_begin + choice.outcome].fault) continue;
      next = choice;
      break;
    }
    run.take(next);
  }
}

}  // namespace

double operations_per_page(const Scenario& scenario, const System& system) {
  Run run(system);
  run_undisturbed(system, run);
  int operations = 0;
  int pages = 0;
  for (int actor = 0; actor < system.actors; ++actor) {
    if (scenario.actors[actor].caller.empty()) continue;
    operations += run.atomic_operations(actor);
    pages += run.world().request[actor].count;
  }
  return pages == 0 ? 0 : static_cast<double>(operations) / pages;
}

Cell judge(const Scenario& scenario, const Convention& convention, const Model& model,
           Catalogue& catalogue, const SearchOptions& options, Visits* visits) {
  Cell cell;
  cell.scenario = &scenario;
  cell.convention = &convention;
  cell.asked = asked_by(scenario);
  read_expectations(cell);
  try {
    const System system = compile(scenario, convention, model, catalogue);
    if (visits != nullptr) {
      visits->outcomes.resize(catalogue.entries().size());
      visits->meetings.resize(catalogue.meetings().size());
    }
    cell.result = search(system, options, visits);
    cell.operations_per_page = operations_per_page(scenario, system);
  } catch (const NotStated& missing) {
    cell.not_stated = missing.what();
    return cell;
  }
  const PropertySet refused = PropertySet{1} << property_index("not-refused");
  cell.verdict = cell.answer() == 0         ? Verdict::holds
                 : cell.answer() == refused ? Verdict::refused
                                            : Verdict::violated;
  return cell;
}

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::holds: return "holds";
    case Verdict::violated: return "violated";
    case Verdict::refused: return "refused";
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

}  // namespace pincheck
