// SPDX-License-Identifier: MIT
// checker/predict: uses checker/trace; used by checker/command.
// Every step of a page's count: what the model says, held against what page_ref's events show.
//
// The guest's marks (scripts/guest/measure.h) say which case a trace is of, which pages to look at
// and where each system call ends: "case NAME pages=PFN,PFN", "call INDEX", "end".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checker/predict/predict.hpp"
#include "checker/trace/reader.hpp"

namespace pincheck::predict {

/// A step of a page's count that a trace shows.
struct SeenStep {
  int change = 0;
  int after = 0;                            ///< the count
  std::uint32_t line = 0;                   ///< of the trace
  std::vector<std::string_view> functions;  ///< its stack, innermost first; empty without one
  std::optional<std::size_t> predicted;     ///< which of the predicted changes it is
  bool named = false;                       ///< its stack has the predicted function
};

/// One page during one system call. What was not predicted must be transient: references that are
/// dropped again before the call's end, as by somebody's batch of pages.
struct PageSteps {
  std::uint64_t page = 0;
  std::vector<SeenStep> steps;
  bool agrees = false;
};

struct SyscallSteps {
  SyscallPrediction predicted;
  std::vector<PageSteps> pages;
};

/// A case's trace and its prediction, side by side.
struct StepComparison {
  std::string file;
  Prediction prediction;
  std::vector<SyscallSteps> syscalls;
  bool agrees() const;
};

/// What the marks of a trace say.
struct MarkedCase {
  std::string name;
  std::vector<std::uint64_t> pages;
};
/// The last case that the trace names. Throws InputError when it has no such mark, or names no
/// page.
MarkedCase marked_case(const trace::Trace&, const std::string& file);

/// Throws InputError when the trace has lost events, no steps of counts, or another number of
/// system calls.
StepComparison compare_steps(const trace::Trace&, const std::string& file, const Prediction&);

std::string steps_text(const std::vector<StepComparison>&);
nlohmann::ordered_json steps_data(const std::vector<StepComparison>&);

}  // namespace pincheck::predict
