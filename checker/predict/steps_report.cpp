// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "checker/predict/report.hpp"
#include "checker/predict/steps.hpp"
#include "model/base/version.hpp"

namespace pincheck::predict {
namespace {

/// So many functions of a stack tell where a step comes from.
constexpr std::size_t kFunctions = 4;

/// The functions of page_ref's tracepoints say nothing.
std::vector<std::string_view> telling(const SeenStep& step) {
  std::vector<std::string_view> functions;
  for (const std::string_view function : step.functions)
    if (function.find("page_ref_") == std::string_view::npos && functions.size() < kFunctions)
      functions.push_back(function);
  return functions;
}

std::string stack_text(const SeenStep& step) {
  const auto functions = telling(step);
  return functions.empty() ? "(no stack)" : fmt::format("{}", fmt::join(functions, " < "));
}

/// Pages that went through the same steps are told once.
bool alike(const PageSteps& a, const PageSteps& b) {
  return a.agrees == b.agrees &&
         std::equal(a.steps.begin(), a.steps.end(), b.steps.begin(), b.steps.end(),
                    [](const SeenStep& x, const SeenStep& y) {
                      return x.change == y.change && x.after == y.after &&
                             x.predicted == y.predicted && x.functions == y.functions;
                    });
}

std::string step_text(const SeenStep& step, const SyscallPrediction& predicted) {
  const std::string function =
      step.predicted ? predicted.changes[*step.predicted].function : "(transient)";
  return fmt::format("    {:>5} -> {:<5} {:<32} {}\n", step.after - step.change, step.after,
                     function, stack_text(step));
}

std::string pages_text(const std::vector<std::uint64_t>& pages) {
  return fmt::format("page{} {:#x}", pages.size() == 1 ? "" : "s", fmt::join(pages, ", "));
}

std::string disagreement_text(const PageSteps& page, const SyscallPrediction& predicted) {
  std::string out = "    predicted\n";
  for (const RefChange& change : predicted.changes)
    out += fmt::format("    {:>+14} {}\n", change.after - change.before, change.function);
  out += "    seen\n";
  for (const SeenStep& step : page.steps)
    out += fmt::format("    {:>+14} {:<32} line {}\n", step.change, stack_text(step), step.line);
  return out;
}

std::string syscall_text(const SyscallSteps& syscall) {
  std::string out;
  std::vector<bool> told(syscall.pages.size());
  for (std::size_t i = 0; i < syscall.pages.size(); ++i) {
    if (told[i]) continue;
    const PageSteps& page = syscall.pages[i];
    std::vector<std::uint64_t> pages;
    for (std::size_t j = i; j < syscall.pages.size(); ++j) {
      if (!alike(page, syscall.pages[j])) continue;
      told[j] = true;
      pages.push_back(syscall.pages[j].page);
    }
    out += fmt::format("  {}: {}, {}\n", syscall.predicted.name, pages_text(pages),
                       page.agrees ? "as predicted" : "DIFFERENT");
    if (!page.agrees) {
      out += disagreement_text(page, syscall.predicted);
      continue;
    }
    for (const SeenStep& step : page.steps) out += step_text(step, syscall.predicted);
  }
  return out;
}

Json to_json(const SeenStep& step, const SyscallPrediction& predicted) {
  return {{"before", step.after - step.change},
          {"after", step.after},
          {"line", step.line},
          {"functions", telling(step)},
          {"step", step.predicted ? predicted.changes[*step.predicted].step : ""}};
}

Json to_json(const SyscallSteps& syscall) {
  Json predicted = Json::array();
  for (const RefChange& change : syscall.predicted.changes) predicted.push_back(to_json(change));
  Json pages = Json::array();
  for (const PageSteps& page : syscall.pages) {
    Json steps = Json::array();
    for (const SeenStep& step : page.steps) steps.push_back(to_json(step, syscall.predicted));
    pages.push_back({{"pfn", page.page}, {"agrees", page.agrees}, {"refcount", steps}});
  }
  return {{"name", syscall.predicted.name}, {"predicted", predicted}, {"pages", pages}};
}

}  // namespace

std::string steps_text(const std::vector<StepComparison>& all) {
  std::string out;
  std::size_t agreed = 0;
  std::size_t steps = 0;
  std::size_t named = 0;
  std::size_t transient = 0;
  for (const StepComparison& one : all) {
    out += fmt::format("{}: {}, {}\n", one.prediction.of.name, one.prediction.convention, one.file);
    for (const SyscallSteps& syscall : one.syscalls) {
      out += syscall_text(syscall);
      for (const PageSteps& page : syscall.pages)
        for (const SeenStep& step : page.steps) {
          steps += step.predicted ? 1 : 0;
          named += step.named ? 1 : 0;
          transient += step.predicted ? 0 : 1;
        }
    }
    agreed += one.agrees() ? 1 : 0;
  }
  return out + fmt::format(
                   "{} of {} cases agree step by step: {} steps as predicted, {} of them in "
                   "the function predicted; {} transient ones\n",
                   agreed, all.size(), steps, named, transient);
}

Json steps_data(const std::vector<StepComparison>& all) {
  Json comparisons = Json::array();
  for (const StepComparison& one : all) {
    Json syscalls = Json::array();
    for (const SyscallSteps& syscall : one.syscalls) syscalls.push_back(to_json(syscall));
    comparisons.push_back({{"case", one.prediction.of.name},
                           {"convention", one.prediction.convention},
                           {"file", one.file},
                           {"agrees", one.agrees()},
                           {"syscalls", syscalls}});
  }
  return {{"pincheck", kVersion},
          {"format", kJsonFormat},
          {"command", "predict"},
          {"comparisons", comparisons}};
}

}  // namespace pincheck::predict
