// SPDX-License-Identifier: MIT
// checker/command: uses checker/report, checker/export, checker/predict, checker/reproduce, checker/source/patch.
// checker/source/scan. A trace's file, read and judged.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "checker/trace/recognise.hpp"
#include "checker/trace/report.hpp"
#include "model/base/exit_code.hpp"

namespace pincheck::command {

class TraceFile {
 public:
  /// Throws InputError when it cannot be read, or is nothing that is known.
  TraceFile(const std::string& file, trace::Kernel, std::uint64_t vmemmap = trace::kVmemmap);
  TraceFile(const TraceFile&) = delete;
  TraceFile& operator=(const TraceFile&) = delete;
  ~TraceFile() = default;

  /// What it is, where it is no trace: then nothing is judged.
  const std::optional<trace::Recognised>& other() const { return other_; }
  /// One for each machine.
  const std::vector<trace::Judged>& judged() const { return judged_; }
  /// The gravest of their statuses.
  ExitCode status() const;

 private:
  std::string file_;
  std::string text_;
  std::vector<trace::Trace> traces_;
  std::deque<trace::Findings> found_;
  std::vector<trace::Judged> judged_;
  std::optional<trace::Recognised> other_;
};

}  // namespace pincheck::command
