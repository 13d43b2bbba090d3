// SPDX-License-Identifier: MIT
#include "checker/command/explained.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "checker/command/docs.hpp"
#include "checker/command/known.hpp"
#include "checker/predict/case.hpp"
#include "checker/trace/probes.hpp"
#include "model/compile/files.hpp"
#include "model/compile/shipped.hpp"
#include "properties/property.hpp"

namespace pincheck::command {
namespace {

using Lines = std::vector<std::string>;

std::string explore_line(std::string_view scenario, std::string_view convention) {
  return fmt::format("pincheck explore {} --convention {}", scenario, convention);
}

void take_doc(Explained& one, Doc doc) {
  one.file = std::move(doc.file);
  one.about = std::move(doc.about);
}

void add_fact(Explained& one, std::string about, Lines lines) {
  if (!lines.empty()) one.facts.push_back({std::move(about), std::move(lines)});
}

/// A shipped scenario in which `is` says so of some actor; null where there is none.
template <class Is>
const Scenario* some_scenario(const Model& model, const Is& is) {
  for (const Scenario& scenario : shipped_scenarios(model.kinds))
    if (std::any_of(scenario.actors.begin(), scenario.actors.end(), is)) return &scenario;
  return nullptr;
}

/// The newest kernel's.
const Convention& usual_convention(const Model& model) {
  const auto& all = shipped_conventions(model.kinds);
  const auto newest = std::find_if(all.begin(), all.end(), [](const Convention& one) {
    return one.label == trace::kKernelNames.back();
  });
  return newest == all.end() ? all.front() : *newest;
}

void go_on_with(Explained& one, const Scenario* scenario, const Model& model) {
  if (scenario != nullptr)
    one.commands.push_back(explore_line(scenario->name, usual_convention(model).name));
}

/// What is said of each, and by whom, so that those who agree share a line.
class Sayings {
 public:
  void add(const std::string& what, const std::string& who) {
    auto& names = by_[what];
    if (names.empty()) order_.push_back(what);
    if (names.empty() || names.back() != who) names.push_back(who);
  }
  Lines lines() const {
    Lines all;
    for (const std::string& what : order_)
      all.push_back(fmt::format("{} ({})", what, fmt::join(by_.at(what), ", ")));
    return all;
  }

 private:
  Lines order_;
  std::map<std::string, Lines> by_;
};

/// "scenarios s3-tmp-page", "callers bio, legacy".
std::string covered(const Expectation& expect) {
  std::string out;
  if (!expect.scenarios.empty()) out = fmt::format("in {}", fmt::join(expect.scenarios, ", "));
  if (!expect.callers.empty())
    out += fmt::format("{}with {}", out.empty() ? "" : ", ", fmt::join(expect.callers, ", "));
  return out;
}

Explained of_property(const Property& property, const Model& model) {
  Explained one{.what = "property", .name = property.name};
  one.summary = fmt::format("{}: holds when {}", property.code, property.holds_when);
  take_doc(one, doc_of("properties/", "inline auto {}()", property.name));
  Sayings declared;
  std::string example;
  for (const Convention& convention : shipped_conventions(model.kinds))
    for (const Expectation& expect : convention.expect) {
      if (expect.property != property.name) continue;
      declared.add(expect.reason, convention.name);
      if (example.empty() && !expect.scenarios.empty())
        example = explore_line(expect.scenarios.front(), convention.name);
    }
  add_fact(one, "Declared to be violated, since", declared.lines());
  if (!example.empty()) one.commands.push_back(example);
  one.commands.emplace_back("pincheck verdicts");
  return one;
}

/// Rows of a caller that are alike, in one line, as a file has them.
Lines rows_of(const Convention& convention) {
  Sayings rows;
  Lines lines;
  const std::string text = write_convention(convention, "");
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    if (!line.starts_with("callers.")) continue;
    const std::size_t kind = line.find('.', 8);
    const std::size_t row = line.find(" = ");
    rows.add(line.substr(8, kind - 8) + ": " + line.substr(row + 3),
             line.substr(kind + 1, row - kind - 1));
  }
  return rows.lines();
}

Explained of_convention(const Convention& convention, const Model&) {
  Explained one{.what = "convention", .name = convention.name};
  one.summary = fmt::format("{}: {}", convention.label, convention.title);
  if (!convention.source.empty()) one.about.push_back(convention.source);
  one.file = shipped_convention_file(convention.name);
  add_fact(one, "What callers take and drop, of which kinds", rows_of(convention));
  Lines declared;
  for (const Expectation& expect : convention.expect)
    declared.push_back(fmt::format("{} {}: {}", expect.property, covered(expect), expect.reason));
  add_fact(one, "Declared to be violated", declared);
  one.commands.push_back(fmt::format("pincheck verdicts --convention {}", convention.name));
  return one;
}

Explained of_scenario(const Scenario& scenario, const Model& model) {
  Explained one{.what = "scenario", .name = scenario.name, .summary = scenario.title};
  if (!scenario.claim.empty()) one.about.push_back(scenario.claim);
  Lines actors;
  for (const ActorSpec& actor : scenario.actors)
    actors.push_back(fmt::format("{}: {}", actor.name,
                                 fmt::join(Lines{actor.path, actor.caller, actor.kind}, " ")));
  for (std::string& line : actors)
    while (line.ends_with(' ')) line.pop_back();
  add_fact(one, "Actors", actors);
  add_fact(one, "Asks about", scenario.asks);
  Sayings declared;
  for (const Convention& convention : shipped_conventions(model.kinds))
    for (const Expectation& expect : convention.expect)
      if (std::find(expect.scenarios.begin(), expect.scenarios.end(), scenario.name) !=
          expect.scenarios.end())
        declared.add(fmt::format("{}: {}", expect.property, expect.reason), convention.name);
  add_fact(one, "Declared to be violated", declared.lines());
  one.commands.push_back(fmt::format("pincheck verdicts --scenario {}", scenario.name));
  go_on_with(one, &scenario, model);
  return one;
}

/// The functions of the steps whose names begin so, in the order of the catalogue.
Lines functions_of(const std::string& beginning) {
  Lines all;
  for (const Catalogue::Entry& entry : whole_catalogue().entries())
    if (entry.step.starts_with(beginning) &&
        std::find(all.begin(), all.end(), entry.function) == all.end())
      all.push_back(entry.function);
  return all.empty() ? all : Lines{fmt::format("{}", fmt::join(all, ", "))};
}

Explained of_caller(const Caller& caller, const Model& model) {
  Explained one{.what = "caller", .name = std::string(caller.name)};
  one.summary = caller.summary;
  take_doc(one, doc_of("model/callers/", "Caller caller::{}()", one.name));
  add_fact(one, "Functions of its steps", functions_of(one.name + "/"));
  go_on_with(one, some_scenario(model, [&](const auto& a) { return a.caller == caller.name; }),
             model);
  one.commands.emplace_back("pincheck list steps");
  return one;
}

Explained of_path(const Path& path, const Model& model) {
  Explained one{.what = "path", .name = std::string(path.name)};
  one.summary = path.summary;
  take_doc(one, doc_of("model/paths/", "Path path::{}()", one.name));
  add_fact(one, "Functions of its steps", functions_of(one.name + "/"));
  go_on_with(one, some_scenario(model, [&](const auto& a) { return a.path == path.name; }), model);
  one.commands.emplace_back("pincheck list steps");
  return one;
}

Explained of_kind(const Kind& kind, const Model& model) {
  Explained one{.what = "kind", .name = std::string(kind.name)};
  one.summary = fmt::format("{}: {}", kind.symbol, kind.summary);
  take_doc(one, doc_of("model/iterators/", "Kind kind::{}()", one.name));
  Lines types;
  for (const auto& [kernel, type] :
       {std::pair{"6.1", kind.iter_type.v6_1}, std::pair{"6.12", kind.iter_type.v6_12}})
    types.push_back(type < 0 ? fmt::format("not in {}", kernel)
                             : fmt::format("{} in {}", type, kernel));
  add_fact(one, "iov_iter::iter_type", types);
  go_on_with(one, some_scenario(model, [&](const auto& a) { return a.kind == kind.name; }), model);
  one.commands.emplace_back("pincheck list kinds");
  return one;
}

Explained of_case(const predict::Case& of, const Model& model) {
  Explained one{.what = "case", .name = of.name, .summary = of.scenario.title};
  add_fact(one, "System calls", of.syscalls);
  one.file = of.file;
  one.commands.push_back(
      fmt::format("pincheck predict {} --convention {}", of.name, usual_convention(model).name));
  return one;
}

/// A step, or all steps that stand for a function of the kernel.
std::vector<Explained> of_steps(const std::string& name) {
  const Catalogue& catalogue = whole_catalogue();
  std::map<std::string, Explained> found;
  std::map<std::string, Lines> outcomes;
  for (const Catalogue::Entry& entry : catalogue.entries()) {
    if (entry.step != name && entry.function != name) continue;
    Explained& one = found[entry.step];
    one.what = "step";
    one.name = entry.step;
    one.summary = entry.function;
    outcomes[entry.step].push_back((entry.outcome.empty() ? "it is taken" : entry.outcome) +
                                   (entry.fault ? " (the environment's choice)" : ""));
  }
  std::vector<Explained> all;
  for (auto& [step, one] : found) {
    add_fact(one, "Outcomes", outcomes[step]);
    if (catalogue.checks().contains(step))
      one.about.push_back(fmt::format(
          "A check: without = [\"{}\"] in a scenario takes it out of the kernel.", step));
    const std::string of = step.substr(0, step.find('/'));
    one.commands.push_back("pincheck explain " + of);
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace

std::vector<Explained> explained(const std::string& name, const Model& model) {
  std::vector<Explained> all;
  const auto add = [&](const auto& range, auto made, auto other_name) {
    for (const auto& one : range)
      if (one.name == name || other_name(one) == name) all.push_back(made(one, model));
  };
  const auto none = [](const auto&) { return std::string_view(); };
  add(properties(), of_property, [](const Property& one) { return one.code; });
  add(shipped_conventions(model.kinds), of_convention,
      [](const Convention& one) { return std::string_view(one.label); });
  add(shipped_scenarios(model.kinds), of_scenario, none);
  add(callers(), of_caller, none);
  add(model.kinds, of_kind, [](const Kind& one) { return one.symbol; });
  add(paths(), of_path, none);
  add(predict::shipped_cases(model.kinds), of_case, none);
  if (all.empty()) all = of_steps(name);
  if (!all.empty()) return all;
  std::set<std::string> names;
  for (const Topic& topic : topics())
    for (const Listing& one : topic.list(model))
      names.insert(one.name.substr(0, one.name.find(": ")));
  for (const Property& one : properties()) names.emplace(one.code);
  throw InputError(fmt::format(
      "nothing is named '{}', expected a name that `pincheck list` shows, the code of a "
      "property, or a function of the kernel that is a step{}",
      name, did_you_mean(name, {names.begin(), names.end()})));
}

}  // namespace pincheck::command
