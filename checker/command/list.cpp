// SPDX-License-Identifier: MIT
// `pincheck list`: what the model knows, from the same descriptions that it runs on.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "checker/command/chosen.hpp"
#include "checker/command/command.hpp"
#include "checker/predict/case.hpp"
#include "checker/report/parts.hpp"
#include "checker/report/printer.hpp"
#include "checker/search/coverage.hpp"
#include "model/compile/files.hpp"

namespace pincheck::command {
namespace {

struct Listing {
  std::string name;
  std::string text;
};
using Listings = std::vector<Listing>;

/// Everything that any convention makes a step of.
Catalogue whole_catalogue(const Model& model) {
  Catalogue catalogue;
  search::list_everything(shipped_conventions(model.kinds), model, catalogue);
  return catalogue;
}

Listings steps(const Model& model) {
  const Catalogue catalogue = whole_catalogue(model);
  Listings found;
  for (const Catalogue::Entry& entry : catalogue.entries())
    found.push_back(
        {entry.outcome.empty() ? entry.step : fmt::format("{}: {}", entry.step, entry.outcome),
         entry.function + (entry.fault ? " (the environment's choice)" : "")});
  std::sort(found.begin(), found.end(),
            [](const Listing& a, const Listing& b) { return a.name < b.name; });
  return found;
}

Listings checks(const Model& model) {
  const Catalogue catalogue = whole_catalogue(model);
  Listings found;
  for (const auto& check : catalogue.checks())
    found.push_back({check, "without = [\"" + check + "\"] in a scenario takes it out"});
  return found;
}

/// One line for each of `all`, as `line` says it.
template <class All, class Line>
Listings listed(const All& all, Line line) {
  Listings found;
  for (const auto& one : all) found.push_back({std::string(one.name), std::string(line(one))});
  return found;
}

struct Topic {
  std::string name;
  Listings (*list)(const Model&);
};

const std::vector<Topic>& topics() {
  static const std::vector<Topic> all{
      {"kinds",
       [](const Model& model) {
         return listed(model.kinds, [](const Kind& kind) {
           return fmt::format("{}: {}", kind.symbol, kind.summary);
         });
       }},
      {"callers",
       [](const Model&) {
         return listed(callers(), [](const Caller& caller) { return caller.summary; });
       }},
      {"paths",
       [](const Model&) { return listed(paths(), [](const Path& path) { return path.summary; }); }},
      {"steps", steps},
      {"checks", checks},
      {"properties",
       [](const Model&) {
         return listed(properties(), [](const Property& one) { return one.holds_when; });
       }},
      {"conventions",
       [](const Model& model) {
         return listed(shipped_conventions(model.kinds), [](const Convention& convention) {
           return fmt::format("{}: {}", convention.label, convention.title);
         });
       }},
      {"scenarios",
       [](const Model& model) {
         return listed(shipped_scenarios(model.kinds),
                       [](const Scenario& one) { return one.title; });
       }},
      {"cases",
       [](const Model& model) {
         return listed(predict::shipped_cases(model.kinds),
                       [](const predict::Case& one) { return one.scenario.title; });
       }},
  };
  return all;
}

class ListReport final : public report::Report {
 public:
  ListReport(const std::string& what, const Listings& all) : what_(what), all_(all) {}

  std::string text() const override {
    std::size_t width = 0;
    for (const Listing& one : all_) width = std::max(width, one.name.size());
    std::string out;
    for (const Listing& one : all_) out += fmt::format("{:{}}  {}\n", one.name, width, one.text);
    return out;
  }

  report::Json data() const override {
    report::Json out = report::header("list");
    out["what"] = what_;
    out["items"] = report::Json::array();
    for (const Listing& one : all_)
      out["items"].push_back({{"name", one.name}, {"text", one.text}});
    return out;
  }

 private:
  const std::string& what_;
  const Listings& all_;
};

class List final : public Command {
 public:
  List() : Command("list", "what the model knows") {}

  void declare(const Arguments& arguments) override {
    std::vector<std::string> names;
    for (const Topic& topic : topics()) names.push_back(topic.name);
    arguments.add("what", what_, "").required().one_of(names);
    arguments.formats(out_);
    add_seed(arguments, seed_);
  }

  ExitCode run() override {
    const auto topic = std::find_if(topics().begin(), topics().end(),
                                    [&](const Topic& one) { return one.name == what_; });
    out_.report(ListReport(what_, topic->list(make_model())));
    return kAsExpected;
  }

 private:
  std::string what_;
  std::uint64_t seed_ = 1;  ///< accepted, though nothing here is random
  report::PrinterOf<ListReport> out_;
};

}  // namespace

Made commands::list() { return std::make_unique<List>(); }

}  // namespace pincheck::command
