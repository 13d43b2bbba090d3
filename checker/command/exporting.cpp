// SPDX-License-Identifier: MIT
// `pincheck export`.
#include "checker/command/chosen.hpp"
#include "checker/command/command.hpp"
#include "checker/export/export.hpp"
#include "checker/report/printer.hpp"

namespace pincheck::command {
namespace {

class Export final : public Command {
 public:
  Export()
      : Command("export", "write a scenario's transition system for SPIN or Rumur, or as a graph") {
  }

  void declare(const Arguments& arguments) override {
    arguments.add("scenario", scenario_, "a shipped name or a file").is(Value::scenario).required();
    arguments.add("--convention", convention_, "a shipped name or a file")
        .is(Value::convention)
        .required();
    arguments.add("--to", language_, "the language")
        .required()
        .one_of({"promela", "murphi", "graphviz"});
  }

  ExitCode run() override {
    const Model model = make_model();
    const Scenario scenario = chosen_scenario(scenario_, model);
    const Convention convention = chosen_convention(convention_, model);
    Catalogue catalogue;
    const System system = compile(scenario, convention, model, catalogue);
    const auto written = language_ == "promela"  ? exporting::to_promela
                         : language_ == "murphi" ? exporting::to_murphi
                                                 : exporting::to_graphviz;
    report::write_out(written(scenario, system, convention.name));
    return kAsExpected;
  }

 private:
  std::string scenario_;
  std::string convention_;
  std::string language_;
};

}  // namespace

Made commands::exporting() { return std::make_unique<Export>(); }

}  // namespace pincheck::command
