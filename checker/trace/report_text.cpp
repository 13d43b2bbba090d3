// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "checker/trace/coverage.hpp"
#include "checker/trace/report.hpp"
#include "properties/property.hpp"

namespace pincheck::trace {
namespace {

/// More of a sort than this are counted, not listed: --json has all.
constexpr std::size_t kMostListed = 20;

std::string without_indent(std::string_view line) {
  const std::size_t first = line.find_first_not_of(' ');
  return std::string(line.substr(std::min(first, line.size())));
}

std::string line_text(const Record& record) {
  return fmt::format("    {:>6}  {}\n", record.line, without_indent(record.raw));
}

std::string evidence_text(const Trace& trace, Evidence evidence) {
  std::sort(evidence.begin(), evidence.end());
  std::string out;
  for (const std::uint32_t index : evidence) out += line_text(trace.records[index]);
  return out;
}

/// The first of them, one by one, under a heading that counts all.
template <class Items, class Text>
std::string listed(const std::string& heading, const Items& items, Text text) {
  if (items.empty()) return "";
  std::string out = fmt::format("\n{}: {}\n", heading, items.size());
  for (std::size_t i = 0; i < std::min(items.size(), kMostListed); ++i) out += text(items[i]);
  if (items.size() > kMostListed) out += fmt::format("  and {} more\n", items.size() - kMostListed);
  return out;
}

std::string paths_text(const std::vector<PathRow>& paths) {
  std::string out = fmt::format("\n{:<10} {:<12} {:>7} {:>7} {:>7} {:>9} {:>7}\n", "caller",
                                "iterator", "gotten", "pinned", "put", "unpinned", "unseen");
  for (const PathRow& path : paths)
    out += fmt::format("{:<10} {:<12} {:>7} {:>7} {:>7} {:>9} {:>7}\n", caller_name(path.caller),
                       path.kind, path.gotten, path.pinned, path.put, path.unpinned, path.unseen);
  return out +
         "In pages. unseen: of those dropped, what was taken before the trace or where no probe "
         "fires.\n";
}

std::string violation_text(const Trace& trace, const Violation& violation) {
  const Property& property = properties()[static_cast<std::size_t>(violation.property)];
  return fmt::format("  {}: {}{}\n  ({})\n{}", property.name, violation.what,
                     violation.unless_missed ? ", unless a probe missed its release" : "",
                     property.holds_when, evidence_text(trace, violation.evidence));
}

std::string open_text(const Trace& trace, const Open& open) {
  return fmt::format("  page {:#x}: {} {} by {} ({})\n{}", open.page, open.references,
                     open.held == Held::pin ? "pin(s)" : "get(s)", caller_name(open.caller),
                     open.kind, line_text(trace.records[open.record]));
}

std::string coverage_text(const Trace& trace) {
  std::string out = "\nwhat this trace can tell\n";
  for (const Coverage& one : coverage(trace))
    out +=
        fmt::format("  {:<30} {}{}{}\n", properties()[static_cast<std::size_t>(one.property)].name,
                    one.judged, one.why.empty() ? "" : ": ", one.why);
  for (const std::string& limit : limits(trace)) out += fmt::format("  - {}\n", limit);
  return out;
}

}  // namespace

std::string conclusion(const Judged& judged) {
  const Findings& found = judged.found;
  const auto sure = std::count_if(found.violations.begin(), found.violations.end(),
                                  [](const Violation& one) { return !one.unless_missed; });
  if (sure == 0 && !found.violations.empty())
    return fmt::format(
        "violated, unless probes missed the releases (kprobe_profile would tell): {} finding(s)",
        found.violations.size());
  if (sure > 0) return fmt::format("violated: {} finding(s)", found.violations.size());
  if (!found.contradictions.empty())
    return fmt::format("nothing can be concluded: {} contradiction(s) in the trace",
                       found.contradictions.size());
  const Trace& trace = judged.trace;
  if (trace.unreadable * 2 > trace.lines)
    return fmt::format("nothing can be concluded: {} of {} lines could not be read",
                       trace.unreadable, trace.lines);
  return found.open.empty()
             ? "nothing violated, nothing open"
             : fmt::format("nothing violated, {} open at the end", found.open.size());
}

std::string trace_text(const Judged& judged) {
  const Trace& trace = judged.trace;
  const Findings& found = judged.found;
  std::string out = fmt::format(
      "{}: kernel {}, {} lines, {} events, {} of them about something else, {} lines unreadable\n",
      judged.file, kernel_name(trace.kernel), trace.lines, trace.events, trace.ignored,
      trace.unreadable);
  out += paths_text(found.paths);
  if (trace.has_steps())
    out += fmt::format("\n{} steps of {} counts; {} ended higher than they began, {} lower\n",
                       found.steps.steps, found.steps.pages, found.steps.higher, found.steps.lower);
  const auto contradiction = [&](const Contradiction& one) {
    return fmt::format("  {}\n{}", one.what, evidence_text(trace, one.evidence));
  };
  out += listed("violated", found.violations,
                [&](const Violation& one) { return violation_text(trace, one); });
  out += listed("lines that contradict each other (one is missing, doubled or wrong)",
                found.contradictions, contradiction);
  out += listed("counts that somebody else must have moved in between", found.unexplained,
                contradiction);
  out += listed("open at the end (no line shows that the release has passed)", found.open,
                [&](const Open& one) { return open_text(trace, one); });
  if (found.lost_references > 0)
    out += fmt::format("\n{} reference(s) were held when events were lost: unknown\n",
                       found.lost_references);
  if (found.missed_references > 0)
    out += fmt::format("\n{} reference(s) went without a line{}: unknown\n",
                       found.missed_references, trace.profiled ? " while probes missed hits" : "");
  return out + coverage_text(trace) + fmt::format("\n{}\n", conclusion(judged));
}

}  // namespace pincheck::trace
