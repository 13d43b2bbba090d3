// SPDX-License-Identifier: MIT
#include "checker/command/known.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checker/command/chosen.hpp"
#include "checker/predict/case.hpp"
#include "checker/search/coverage.hpp"
#include "model/compile/files.hpp"

namespace pincheck::command {
namespace {

Listings steps(const Model&) {
  Listings found;
  for (const Catalogue::Entry& entry : whole_catalogue().entries())
    found.push_back(
        {entry.outcome.empty() ? entry.step : fmt::format("{}: {}", entry.step, entry.outcome),
         entry.function + (entry.fault ? " (the environment's choice)" : "")});
  std::sort(found.begin(), found.end(),
            [](const Listing& a, const Listing& b) { return a.name < b.name; });
  return found;
}

Listings checks(const Model&) {
  Listings found;
  for (const auto& check : whole_catalogue().checks())
    found.push_back({check, "without = [\"" + check + "\"] in a scenario takes it out"});
  return found;
}

/// One line for each of `all`, as `line` says it.
template <class All, class Line>
Listings lines_of(const All& all, Line line) {
  Listings found;
  for (const auto& one : all) found.push_back({std::string(one.name), std::string(line(one))});
  return found;
}

}  // namespace

const Catalogue& whole_catalogue() {
  static const Catalogue all = [] {
    const Model model = make_model();
    Catalogue catalogue;
    search::list_everything(shipped_conventions(model.kinds), model, catalogue);
    return catalogue;
  }();
  return all;
}

const std::vector<Topic>& topics() {
  static const std::vector<Topic> all{
      {"kinds",
       [](const Model& model) {
         return lines_of(model.kinds, [](const Kind& kind) {
           return fmt::format("{}: {}", kind.symbol, kind.summary);
         });
       }},
      {"callers",
       [](const Model&) {
         return lines_of(callers(), [](const Caller& caller) { return caller.summary; });
       }},
      {"paths",
       [](const Model&) {
         return lines_of(paths(), [](const Path& path) { return path.summary; });
       }},
      {"steps", steps},
      {"checks", checks},
      {"properties",
       [](const Model&) {
         return lines_of(properties(), [](const Property& one) { return one.holds_when; });
       }},
      {"conventions",
       [](const Model& model) {
         return lines_of(shipped_conventions(model.kinds), [](const Convention& convention) {
           return fmt::format("{}: {}", convention.label, convention.title);
         });
       }},
      {"scenarios",
       [](const Model& model) {
         return lines_of(shipped_scenarios(model.kinds),
                         [](const Scenario& one) { return one.title; });
       }},
      {"cases",
       [](const Model& model) {
         return lines_of(predict::shipped_cases(model.kinds),
                         [](const predict::Case& one) { return one.scenario.title; });
       }},
  };
  return all;
}

Listings listed(std::string_view topic, const Model& model) {
  const auto one = std::find_if(topics().begin(), topics().end(),
                                [&](const Topic& other) { return other.name == topic; });
  return one == topics().end() ? Listings{} : one->list(model);
}

}  // namespace pincheck::command
