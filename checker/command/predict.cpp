// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "checker/command/chosen.hpp"
#include "checker/predict/predict.hpp"
#include "checker/predict/steps.hpp"

namespace pincheck {
namespace {

const Case& case_named(const std::string& name, const std::vector<Case>& cases,
                       const std::string& file) {
  const auto found =
      std::find_if(cases.begin(), cases.end(), [&](const Case& one) { return one.name == name; });
  if (found == cases.end())
    throw InputError(
        fmt::format("{}: it is of case '{}', expected one of those asked for", file, name));
  return *found;
}

ExitCode compare_traces(const Arguments& arguments, const Convention& convention,
                        const Model& model) {
  const auto cases = find_cases(arguments.files, model.kinds);
  std::vector<std::string> texts;  // what the comparisons point into
  texts.reserve(arguments.traces.size());
  std::vector<StepComparison> all;
  for (const std::string& file : arguments.traces) {
    texts.push_back(trace::read_text(file));
    const auto trace = trace::read_trace(texts.back(), file, trace::kernel_of(arguments.kernel));
    const Case& one = case_named(marked_case(trace, file).name, cases, file);
    const Prediction prediction = predict(one, convention, model);
    if (!prediction.whole())
      throw InputError(fmt::format(
          "{}: case '{}' completes {} of its {} system calls under {}, expected a "
          "convention under which it completes them all",
          file, one.name, prediction.syscalls.size(), one.syscalls.size(), convention.name));
    all.push_back(compare_steps(trace, file, prediction));
  }
  print(arguments.json ? steps_json(all) : steps_text(all));
  const bool agree =
      std::all_of(all.begin(), all.end(), [](const StepComparison& one) { return one.agrees(); });
  return agree ? kAsExpected : kDiffers;
}

}  // namespace

ExitCode run_predict(const Arguments& arguments) {
  const Model model = make_model();
  const Convention convention = chosen_conventions(arguments, model).front();
  if (!arguments.traces.empty()) return compare_traces(arguments, convention, model);
  std::vector<Prediction> all;
  for (const Case& one : find_cases(arguments.files, model.kinds))
    all.push_back(predict(one, convention, model));
  print(arguments.json ? predictions_json(all) : predictions_text(all));
  ExitCode code = kAsExpected;
  for (const Prediction& one : all)
    code = graver(code, one.breach ? kDiffers : one.whole() ? kAsExpected : kVacuous);
  return code;
}

}  // namespace pincheck
