// SPDX-License-Identifier: MIT
// checker/testing: uses checker/report, checker/predict, checker/reproduce; used by all tests.
// What the tests of traces share: the captured ones, and judging text.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "checker/testing/lines.hpp"
#include "checker/testing/run_binary.hpp"
#include "checker/trace/monitor.hpp"
#include "checker/trace/report.hpp"
#include "properties/property.hpp"

namespace pincheck::test {

/// A trace of a booted kernel: corpus/traces/KERNEL-WHAT.txt.gz.
struct Captured {
  std::string path;
  std::string name;
  trace::Kernel kernel;
  std::string text;
};

inline Captured captured(const std::string& name) {
  const std::string path = variable("PINCHECK_SOURCE_DIR") + "/corpus/traces/" + name + ".txt.gz";
  const auto kernel = name.starts_with("6.1-") ? trace::Kernel::v6_1 : trace::Kernel::v6_12;
  return {path, name, kernel, trace::read_text(path)};
}

inline std::vector<Captured> all_captured() {
  std::vector<Captured> all;
  const std::string folder = variable("PINCHECK_SOURCE_DIR") + "/corpus/traces";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".txt.gz")) all.push_back(captured(name.substr(0, name.size() - 7)));
  }
  REQUIRE(all.size() >= 22);
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return all;
}

/// What set_event prints, behind a trace, where all events are enabled that --print-probes sets, or
/// those of one system; and a line of another task, without which all others' may be filtered out.
inline std::string all_enabled(trace::Kernel kernel, std::string_view system = "") {
  std::string text = " other-2 [200] ..... 99999.000000: tracing_mark_write: other\n";
  for (const trace::Probe& probe : trace::probes())
    if (probe.exists(kernel) && probe.what != trace::What::marker &&
        (system.empty() || probe.system == system))
      text += fmt::format("{}:{}\n", probe.system.empty() ? "kprobes" : probe.system, probe.name);
  return text;
}

/// A trace and what it shows.
struct Outcome {
  trace::Trace trace;
  trace::Findings found;
  std::shared_ptr<const std::string> text = nullptr;  ///< what the trace's records point into

  bool good() const { return found.violations.empty() && found.contradictions.empty(); }
};

inline Outcome outcome(const std::string& text, trace::Kernel kernel) {
  auto kept = std::make_shared<const std::string>(text);
  Outcome out{trace::read_trace(*kept, "test", kernel), {}, kept};
  out.found = trace::judge(out.trace);
  return out;
}

/// "property page; …" of all violations, and what contradicts.
inline std::string violated(const Outcome& judged) {
  std::string out;
  for (const auto& one : judged.found.violations)
    out += fmt::format("{} {:#x}; ", properties()[static_cast<std::size_t>(one.property)].name,
                       one.page);
  for (const auto& one : judged.found.contradictions) out += one.what + "; ";
  return out;
}

/// What was found, as text: rows, open references, verdict.
inline std::string summary(const Outcome& outcome) {
  std::string out;
  for (const auto& row : outcome.found.paths)
    out += fmt::format("{} {} {} {} {} {} {}; ", trace::caller_name(row.caller), row.kind,
                       row.gotten, row.pinned, row.put, row.unpinned, row.unseen);
  return out + fmt::format("open {}, steps {}, violated {}, contradictions {}, unexplained {}",
                           outcome.found.open.size(), outcome.found.steps.steps,
                           outcome.found.violations.size(), outcome.found.contradictions.size(),
                           outcome.found.unexplained.size());
}

/// The report, as it is printed.
inline std::string report_of(const Outcome& outcome) {
  const std::string file = "test";
  return trace::trace_text({outcome.trace, outcome.found, file});
}

/// The row of the summary; all 0 if there is none.
inline trace::PathRow row_of(const trace::Findings& found, trace::Caller caller,
                             std::string_view kind) {
  for (const auto& row : found.paths)
    if (row.caller == caller && row.kind == kind) return row;
  return {caller, kind};
}

inline std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return text;
}

}  // namespace pincheck::test
