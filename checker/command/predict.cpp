// SPDX-License-Identifier: MIT
// `pincheck predict`.
#include "checker/predict/predict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "checker/command/chosen.hpp"
#include "checker/command/command.hpp"
#include "checker/predict/steps.hpp"
#include "checker/report/parts.hpp"
#include "checker/report/printer.hpp"

namespace pincheck::command {
namespace {

using report::HasCases;
using report::Json;

const predict::Case& case_named(const std::string& name, const std::vector<predict::Case>& cases,
                                const std::string& file) {
  const auto found = std::find_if(cases.begin(), cases.end(),
                                  [&](const predict::Case& one) { return one.name == name; });
  if (found == cases.end())
    throw InputError(
        fmt::format("{}: it is of case '{}', expected one of those asked for", file, name));
  return *found;
}

HasCases::Case case_of(const predict::Prediction& one) {
  if (one.violation)
    return {one.of.name, HasCases::Outcome::failed,
            fmt::format("{}: {}", one.violation->property, one.violation->sentence)};
  if (one.whole()) return {one.of.name};
  return {one.of.name, HasCases::Outcome::error, "a system call fails, the program ends there"};
}

class PredictionsReport final : public report::Report, public HasCases {
 public:
  explicit PredictionsReport(const std::vector<predict::Prediction>& all) : all_(all) {}
  std::string text() const override { return predict::predictions_text(all_); }
  Json data() const override { return predict::predictions_data(all_); }
  std::vector<Suite> suites() const override {
    Suite suite{"predictions", {}};
    for (const predict::Prediction& one : all_) suite.cases.push_back(case_of(one));
    return {suite};
  }

 private:
  const std::vector<predict::Prediction>& all_;
};

class StepsReport final : public report::Report, public HasCases {
 public:
  explicit StepsReport(const std::vector<predict::StepComparison>& all) : all_(all) {}
  std::string text() const override { return predict::steps_text(all_); }
  Json data() const override { return predict::steps_data(all_); }
  std::vector<Suite> suites() const override {
    Suite suite{"steps", {}};
    for (const predict::StepComparison& one : all_)
      suite.cases.push_back(report::failed_if(!one.agrees(), one.file,
                                              "the steps seen are not those predicted",
                                              predict::steps_text({one})));
    return {suite};
  }

 private:
  const std::vector<predict::StepComparison>& all_;
};

class Predict final : public Command {
 public:
  Predict()
      : Command("predict", "what a kernel's counters show of system calls that nothing disturbs") {}

  void declare(const Arguments& arguments) override {
    arguments.add("cases", cases_, "shipped cases or files of cases; all if none").is(Value::kase);
    arguments.add("--convention", convention_, "a shipped name or a file")
        .is(Value::convention)
        .required();
    arguments
        .add("--against", traces_,
             "traces with page_ref events and the marks of scripts/guest/pincase.c: "
             "compare every step of every page's count")
        .is(Value::file);
    arguments.add("--kernel", kernel_, "of the traces").one_of(trace::kKernelNames).shows_default();
    arguments.formats(out_);
    arguments.quiet(out_);
  }

  ExitCode run() override {
    const Model model = make_model();
    const Convention convention = chosen_convention(convention_, model);
    const auto cases = predict::find_cases(cases_, model.kinds);
    if (!traces_.empty()) return compare_traces(cases, convention, model);
    std::vector<predict::Prediction> all;
    for (const predict::Case& one : cases) all.push_back(predict::predict(one, convention, model));
    ExitCode code = kAsExpected;
    for (const predict::Prediction& one : all)
      code = graver(code, one.violation ? kDiffers : one.whole() ? kAsExpected : kVacuous);
    out_.report(PredictionsReport(all), code);
    return code;
  }

 private:
  ExitCode compare_traces(const std::vector<predict::Case>& cases, const Convention& convention,
                          const Model& model) const {
    std::vector<std::string> texts;  // what the comparisons point into
    texts.reserve(traces_.size());
    std::vector<predict::StepComparison> all;
    for (const std::string& file : traces_) {
      texts.push_back(trace::read_text(file));
      const auto trace = trace::read_trace(texts.back(), file, trace::kernel_of(kernel_));
      const predict::Case& one = case_named(predict::marked_case(trace, file).name, cases, file);
      const predict::Prediction prediction = predict::predict(one, convention, model);
      if (!prediction.whole())
        throw InputError(fmt::format(
            "{}: case '{}' completes {} of its {} system calls under {}, expected a "
            "convention under which it completes them all",
            file, one.name, prediction.syscalls.size(), one.syscalls.size(), convention.name));
      all.push_back(predict::compare_steps(trace, file, prediction));
    }
    const bool agree = std::all_of(all.begin(), all.end(),
                                   [](const predict::StepComparison& one) { return one.agrees(); });
    const ExitCode code = agree ? kAsExpected : kDiffers;
    out_.report(StepsReport(all), code);
    return code;
  }

  std::vector<std::string> cases_;
  std::string convention_;
  std::vector<std::string> traces_;
  std::string kernel_ = "6.12";
  report::PrinterOf<PredictionsReport, StepsReport> out_;
};

}  // namespace

Made commands::predict() { return std::make_unique<Predict>(); }

}  // namespace pincheck::command
