// SPDX-License-Identifier: MIT
#include "checker/command/tracing.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checker/trace/monitor.hpp"
#include "model/base/input.hpp"

namespace pincheck::command {
namespace {

using namespace pincheck::trace;

/// The file is no trace, but something else that is known.
std::optional<Recognised> is_no_trace(std::string_view text, const std::vector<Trace>& traces) {
  const auto functions_only = [](const Trace& trace) {
    return trace.functions > 0 && trace.records.empty() && trace.unread.empty();
  };
  if (std::all_of(traces.begin(), traces.end(), functions_only)) return function_trace(false);
  const bool events = std::any_of(traces.begin(), traces.end(),
                                  [](const Trace& trace) { return trace.events > 0; });
  return events ? std::nullopt : recognise_text(text);
}

}  // namespace

TraceFile::TraceFile(const std::string& file, Kernel kernel, std::uint64_t vmemmap)
    : file_(file), text_(read_text(file)), other_(recognise_binary(text_)) {
  if (other_) return;
  traces_ = read_traces(text_, file_, kernel, vmemmap);
  other_ = is_no_trace(text_, traces_);
  if (other_) return;
  if (traces_.front().events == 0)
    throw InputError(
        fmt::format("{}: {}, expected an ftrace text trace (tracefs `trace`, or what "
                    "trace-cmd report or perf script prints)",
                    file_, text_.empty() ? "it is empty" : "no line of it is an event"));
  for (const Trace& trace : traces_)
    judged_.push_back({trace, found_.emplace_back(trace::judge(trace)), file_});
}

ExitCode TraceFile::status() const {
  ExitCode status = kAsExpected;
  for (const Judged& one : judged_)
    if (status != kDiffers && one.status() != kAsExpected) status = one.status();
  return status;
}

}  // namespace pincheck::command
