// SPDX-License-Identifier: MIT
// `pincheck trace`.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "checker/command/command.hpp"
#include "checker/command/tracing.hpp"
#include "checker/report/parts.hpp"
#include "checker/report/printer.hpp"
#include "checker/trace/coverage.hpp"
#include "model/base/input.hpp"
#include "properties/property.hpp"

namespace pincheck::command {
namespace {

using namespace pincheck::trace;
using report::Json;

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

using report::HasCases;

/// A property, good also where the trace cannot tell: the report's other lines say how much it can.
HasCases::Case property_case(int property, const Findings& found) {
  HasCases::Case one{std::string(properties()[static_cast<std::size_t>(property)].name)};
  std::size_t count = 0;
  for (const trace::Violation& violation : found.violations) {
    if (violation.property != property) continue;
    ++count;
    one.details += fmt::format("page {:#x}: {}\n", violation.page, violation.what);
  }
  return report::failed_if(count != 0, one.name, report::plural(count, "violation"), one.details);
}

HasCases::Suite suite_of(const Judged& judged) {
  const Trace& trace = judged.trace;
  HasCases::Suite suite{judged.file, {}};
  if (!trace.machine.empty()) suite.name += fmt::format(", {}", trace.machine);
  for (const Coverage& one : coverage(trace))
    suite.cases.push_back(property_case(one.property, judged.found));
  const auto& contradictions = judged.found.contradictions;
  std::string what;
  for (const Contradiction& one : contradictions) what += one.what + "\n";
  suite.cases.push_back(report::failed_if(!contradictions.empty(), "no contradictions",
                                          report::plural(contradictions.size(), "contradiction"),
                                          what));
  HasCases::Case told{"something was judged"};
  if (const auto reasons = judged.why_nothing(); judged.good() && !reasons.empty())
    told = {told.name, HasCases::Outcome::error, conclusion(judged)};
  suite.cases.push_back(told);
  return suite;
}

/// One machine's trace, or several.
class TraceReport final : public report::Report, public HasCases {
 public:
  explicit TraceReport(const std::vector<Judged>& all) : all_(all) {}
  std::string text() const override {
    std::string out;
    for (const Judged& one : all_) out += (out.empty() ? "" : "\n") + trace_text(one);
    return out;
  }
  Json data() const override { return trace_data(all_); }
  std::vector<Suite> suites() const override {
    std::vector<Suite> all;
    for (const Judged& one : all_) all.push_back(suite_of(one));
    return all;
  }

 private:
  const std::vector<Judged>& all_;
};

/// A file that is something else.
class NoTraceReport final : public report::Report, public HasCases {
 public:
  NoTraceReport(const Recognised& file_is, const std::string& file)
      : file_is_(file_is), file_(file) {}
  std::string text() const override { return recognised_text(file_is_, file_); }
  Json data() const override { return recognised_data(file_is_, file_); }
  std::vector<Suite> suites() const override {
    return {{file_, {{"a trace", Outcome::error, file_is_.what, text()}}}};
  }

 private:
  const Recognised& file_is_;
  const std::string& file_;
};

class TraceCommand final : public Command {
 public:
  TraceCommand() : Command("trace", "hold a trace of a booted kernel against the properties") {}

  void declare(const Arguments& arguments) override {
    arguments.add("file", file_, "text of ftrace, trace-cmd report or perf script, perhaps .gz")
        .is(Value::file);
    arguments.add("--kernel", kernel_, "the kernel it is of").required().one_of(kKernelNames);
    arguments.add("--vmemmap", vmemmap_,
                  "its vmemmap_base, where struct pages begin (as without KASLR)");
    arguments.flag("--print-probes", print_probes_, "print the commands that set the probes")
        .excludes("file");
    arguments.formats(out_);
    arguments.quiet(out_);
  }

  ExitCode run() override {
    check_vmemmap(vmemmap_);
    const Kernel kernel = kernel_of(kernel_);
    if (print_probes_) {
      report::write_out(probe_commands(kernel));
      return kAsExpected;
    }
    if (file_.empty()) throw InputError("no trace, expected a file (or --print-probes)");
    const TraceFile file(file_, kernel, vmemmap_);
    if (file.other()) {
      out_.report(NoTraceReport(*file.other(), file_), kUnreadable);
      return kUnreadable;
    }
    out_.report(TraceReport(file.judged()), file.status());
    return file.status();
  }

 private:
  std::string file_;
  std::string kernel_;
  std::uint64_t vmemmap_ = kVmemmap;
  bool print_probes_ = false;
  report::PrinterOf<TraceReport, NoTraceReport> out_;
};

}  // namespace

Made commands::trace() { return std::make_unique<TraceCommand>(); }

}  // namespace pincheck::command
