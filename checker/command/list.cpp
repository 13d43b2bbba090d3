// SPDX-License-Identifier: MIT
// `pincheck list`: what the model knows, from the same descriptions that it runs on.
#include <fmt/format.h>

#include <algorithm>

#include "checker/coverage.hpp"
#include "checker/predict/case.hpp"
#include "checker/report/report.hpp"

namespace pincheck {
namespace {

std::vector<Listing> list_steps(const Model& model, Catalogue& catalogue) {
  list_everything(shipped_conventions(model.kinds), model, catalogue);
  std::vector<Listing> found;
  for (const Catalogue::Entry& entry : catalogue.entries())
    found.push_back(
        {entry.outcome.empty() ? entry.step : fmt::format("{}: {}", entry.step, entry.outcome),
         entry.function + (entry.fault ? " (the environment's choice)" : "")});
  std::sort(found.begin(), found.end(),
            [](const Listing& a, const Listing& b) { return a.name < b.name; });
  return found;
}

std::vector<Listing> list_guards(const Model& model, Catalogue& catalogue) {
  list_everything(shipped_conventions(model.kinds), model, catalogue);
  std::vector<Listing> found;
  for (const auto& guard : catalogue.guards())
    found.push_back({guard, "without = [\"" + guard + "\"] in a scenario takes it out"});
  return found;
}

}  // namespace

const std::vector<std::string>& listable() {
  static const std::vector<std::string> all{"kinds",       "callers",   "paths",
                                            "steps",       "guards",    "properties",
                                            "conventions", "scenarios", "cases"};
  return all;
}

std::vector<Listing> list_of(const std::string& what, const Model& model, Catalogue& catalogue) {
  if (what == "steps") return list_steps(model, catalogue);
  if (what == "guards") return list_guards(model, catalogue);
  std::vector<Listing> found;
  const auto add = [&](std::string_view name, std::string_view text) {
    found.push_back({std::string(name), std::string(text)});
  };
  if (what == "kinds")
    for (const Kind& kind : model.kinds)
      add(kind.name, fmt::format("{}: {}", kind.symbol, kind.summary));
  if (what == "callers")
    for (const Caller& caller : callers()) add(caller.name, caller.summary);
  if (what == "paths")
    for (const Path& path : paths()) add(path.name, path.summary);
  if (what == "properties")
    for (const Property& property : properties()) add(property.name, property.holds_when);
  if (what == "conventions")
    for (const Convention& convention : shipped_conventions(model.kinds))
      add(convention.name, fmt::format("{}: {}", convention.label, convention.title));
  if (what == "scenarios")
    for (const Scenario& scenario : shipped_scenarios(model.kinds))
      add(scenario.name, scenario.title);
  if (what == "cases")
    for (const Case& one : shipped_cases(model.kinds)) add(one.name, one.scenario.title);
  return found;
}

std::string list_text(const std::vector<Listing>& all) {
  std::size_t width = 0;
  for (const Listing& one : all) width = std::max(width, one.name.size());
  std::string out;
  for (const Listing& one : all) out += fmt::format("{:{}}  {}\n", one.name, width, one.text);
  return out;
}

}  // namespace pincheck
