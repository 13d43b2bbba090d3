// SPDX-License-Identifier: MIT
#include "checker/trace/command.hpp"

#include <fmt/format.h>

#include "checker/command.hpp"
#include "checker/trace/monitor.hpp"
#include "checker/trace/report.hpp"

namespace pincheck::trace {

namespace {

/// Page tables map vmemmap at 1 GB, or more, in the kernel's half (arch/x86/mm/kaslr.c).
void check_vmemmap(std::uint64_t base) {
  constexpr std::uint64_t kKernelHalf = 0xff00000000000000;
  constexpr std::uint64_t kAligned = std::uint64_t{1} << 30;
  if (base >= kKernelHalf && base % kAligned == 0) return;
  throw InputError(fmt::format(
      "--vmemmap {:#x}: expected an address in the kernel's half that is a multiple of 1 GB "
      "(without KASLR it is {:#x})",
      base, kVmemmap));
}

}  // namespace

int run(const Options& options) {
  check_vmemmap(options.vmemmap);
  const Kernel kernel = kernel_of(options.kernel);
  if (options.print_probes) {
    print(probe_commands(kernel));
    return kAsExpected;
  }
  if (options.file.empty()) throw InputError("no trace, expected a file (or --print-probes)");
  const std::string text = read_text(options.file);
  const Trace trace = read_trace(text, options.file, kernel, options.vmemmap);
  const Findings found = judge(trace);
  const Judged judged{trace, found, options.file};
  print(options.json ? trace_json(judged) : trace_text(judged));
  return judged.good() ? kAsExpected : kDiffers;
}

}  // namespace pincheck::trace
