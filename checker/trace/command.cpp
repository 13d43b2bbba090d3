// SPDX-License-Identifier: MIT
#include "checker/trace/command.hpp"

#include "checker/command.hpp"
#include "checker/trace/monitor.hpp"
#include "checker/trace/report.hpp"

namespace pincheck::trace {

int run(const Options& options) {
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
