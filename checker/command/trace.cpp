// SPDX-License-Identifier: MIT
#include "checker/command/trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <optional>

#include "checker/exit_code.hpp"
#include "checker/trace/monitor.hpp"
#include "checker/trace/recognise.hpp"
#include "checker/trace/report.hpp"
#include "model/input.hpp"

namespace pincheck::trace {

namespace {

/// Where arm64's vmemmap may be (48-bit addresses, arch/arm64/include/asm/memory.h).
constexpr std::uint64_t kArm64 = 0xfffffc0000000000;

/// x86-64's page tables map vmemmap at 1 GB, or more, in the kernel's half (arch/x86/mm/kaslr.c).
/// arm64 subtracts the struct pages of what is below memory, of 1 GB at least (16 MB of them).
void check_vmemmap(std::uint64_t base) {
  constexpr std::uint64_t kKernelHalf = 0xff00000000000000;
  const std::uint64_t aligned = std::uint64_t{1} << (base >= kArm64 ? 24 : 30);
  if (base >= kKernelHalf && base % aligned == 0) return;
  throw InputError(fmt::format(
      "--vmemmap {:#x}: expected an address in the kernel's half that is a multiple of 1 GB "
      "(without KASLR it is {:#x})",
      base, kVmemmap));
}

void write(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

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

int refuse(const Recognised& file_is, const Options& options) {
  write(options.json ? recognised_json(file_is, options.file)
                     : recognised_text(file_is, options.file));
  return kUnreadable;
}

int gravest(const std::vector<Judged>& all) {
  int status = kAsExpected;
  for (const Judged& one : all)
    if (status != kDiffers && one.status() != kAsExpected) status = one.status();
  return status;
}

int judge_all(const std::vector<Trace>& traces, const Options& options) {
  std::deque<Findings> found;
  std::vector<Judged> all;
  for (const Trace& trace : traces)
    all.push_back({trace, found.emplace_back(judge(trace)), options.file});
  if (options.json) {
    write(trace_json(all));
    return gravest(all);
  }
  for (std::size_t i = 0; i < all.size(); ++i) write((i > 0 ? "\n" : "") + trace_text(all[i]));
  return gravest(all);
}

}  // namespace

int run(const Options& options) {
  check_vmemmap(options.vmemmap);
  const Kernel kernel = kernel_of(options.kernel);
  if (options.print_probes) {
    write(probe_commands(kernel));
    return kAsExpected;
  }
  if (options.file.empty()) throw InputError("no trace, expected a file (or --print-probes)");
  const std::string text = read_text(options.file);
  if (const auto binary = recognise_binary(text)) return refuse(*binary, options);
  const std::vector<Trace> traces = read_traces(text, options.file, kernel, options.vmemmap);
  if (const auto other = is_no_trace(text, traces)) return refuse(*other, options);
  if (traces.front().events == 0)
    throw InputError(
        fmt::format("{}: {}, expected an ftrace text trace (tracefs `trace`, or what "
                    "trace-cmd report or perf script prints)",
                    options.file, text.empty() ? "it is empty" : "no line of it is an event"));
  return judge_all(traces, options);
}

}  // namespace pincheck::trace
