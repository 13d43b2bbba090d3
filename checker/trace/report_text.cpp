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

/// Innermost first, as many functions as fit on two lines.
std::string stack_text(const std::vector<std::string_view>& functions) {
  constexpr std::size_t kIndent = 12;
  constexpr std::size_t kWidth = 2 * (80 - kIndent);
  std::string out;
  std::size_t column = kIndent;
  std::size_t used = 0;
  for (const std::string_view function : functions) {
    used += function.size() + 4;
    if (used > kWidth) break;
    if (column + function.size() + 4 > 80 || out.empty()) {
      out += fmt::format("{}{:>{}}", out.empty() ? "" : "\n", "", kIndent);
      column = kIndent;
    }
    out += fmt::format("<- {} ", function);
    column += function.size() + 4;
  }
  if (out.empty()) return "";
  out.back() = '\n';
  return out;
}

/// Prints lines of a trace, each with its stack.
class Lines {
 public:
  explicit Lines(const Trace& trace) : trace_(trace), stacks_(trace) {}
  std::string operator()(std::uint32_t index) const {
    const Record& record = trace_.records[index];
    return fmt::format("    {:>6}  {}\n", record.line, without_indent(record.raw)) +
           stack_text(stacks_(record));
  }
  std::string operator()(Evidence evidence) const {
    std::sort(evidence.begin(), evidence.end());
    std::string out;
    for (const std::uint32_t index : evidence) out += (*this)(index);
    return out;
  }

 private:
  const Trace& trace_;
  StacksOf stacks_;
};

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

std::string violation_text(const Lines& lines, const Violation& violation) {
  const Property& property = properties()[static_cast<std::size_t>(violation.property)];
  const char* unless =
      violation.unless_missed ? ", unless a probe missed its release"
      : violation.unless_allocated
          ? ", unless it was allocated in between without a line (mm_page_alloc, page_ref_set)"
          : "";
  return fmt::format("  {}: {}{}\n  ({})\n{}", property.name, violation.what, unless,
                     property.holds_when, lines(violation.evidence));
}

std::string open_text(const Lines& lines, const Open& open) {
  return fmt::format("  page {:#x}: {} {} by {} ({})\n{}", open.page, open.references,
                     open.held == Held::pin ? "pin(s)" : "get(s)", caller_name(open.caller),
                     open.kind, lines(open.record));
}

std::string moved_text(const Lines& lines, const Moved& moved) {
  std::string out = fmt::format(
      "  page {:#x}: {} -> {}{}{}\n", moved.page, moved.begin, moved.end,
      moved.freed ? ", and freed" : "",
      moved.steps.empty() ? ", by steps that have no line" : ", by what no other step undoes:");
  out += lines(moved.steps);
  if (moved.unlisted > 0) out += fmt::format("    and {} step(s) more\n", moved.unlisted);
  return out;
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

StacksOf::StacksOf(const Trace& trace) {
  for (const Stack& stack : trace.stacks) by_line_.emplace(stack.line, &stack);
}

std::vector<std::string_view> StacksOf::operator()(const Record& record) const {
  const auto found = by_line_.find(record.line);
  return found == by_line_.end() ? std::vector<std::string_view>{} : functions_of(*found->second);
}

std::vector<std::string> Judged::why_nothing() const { return trace::why_nothing(trace, found); }

ExitCode Judged::status() const {
  if (!good()) return kDiffers;
  return why_nothing().empty() ? kAsExpected : kVacuous;
}

std::string conclusion(const Judged& judged) {
  const Findings& found = judged.found;
  const auto sure = std::count_if(found.violations.begin(), found.violations.end(),
                                  [](const Violation& one) { return one.sure(); });
  if (sure == 0 && !found.violations.empty())
    return fmt::format("violated, unless {}: {} finding(s)",
                       found.violations.front().unless_missed
                           ? "probes missed the releases (kprobe_profile would tell)"
                           : "allocations have no line (mm_page_alloc, page_ref_set)",
                       found.violations.size());
  if (sure > 0) return fmt::format("violated: {} finding(s)", found.violations.size());
  if (!found.contradictions.empty())
    return fmt::format("nothing can be concluded: {} contradiction(s) in the trace",
                       found.contradictions.size());
  if (const auto reasons = judged.why_nothing(); !reasons.empty())
    return fmt::format(
        "nothing {}: {}",
        judged.trace.unreadable * 2 > judged.trace.lines ? "can be concluded" : "was judged",
        fmt::join(reasons, "; "));
  return found.open.empty()
             ? "nothing violated, nothing open"
             : fmt::format("nothing violated, {} open at the end", found.open.size());
}

std::string trace_text(const Judged& judged) {
  const Trace& trace = judged.trace;
  const Findings& found = judged.found;
  std::string out = fmt::format(
      "{}{}{}: kernel {}, {} lines, {} events, {} of them about something else, {} lines "
      "unreadable\n",
      judged.file, trace.machine.empty() ? "" : ", ", trace.machine, kernel_name(trace.kernel),
      trace.lines, trace.events, trace.ignored, trace.unreadable);
  out += paths_text(found.paths);
  if (trace.has_steps())
    out += fmt::format("\n{} steps of {} counts; {} ended higher than they began, {} lower\n",
                       found.steps.steps, found.steps.pages, found.steps.higher, found.steps.lower);
  const Lines lines(trace);
  const auto contradiction = [&](const Contradiction& one) {
    return fmt::format("  {}\n{}", one.what, lines(one.evidence));
  };
  out += listed("violated", found.violations,
                [&](const Violation& one) { return violation_text(lines, one); });
  out += listed("lines that contradict each other (one is missing, doubled or wrong)",
                found.contradictions, contradiction);
  out += listed("counts that somebody else must have moved in between", found.unexplained,
                contradiction);
  out += listed("counts that ended higher or lower than they began", found.moved,
                [&](const Moved& one) { return moved_text(lines, one); });
  out += listed("open at the end (no line shows that the release has passed)", found.open,
                [&](const Open& one) { return open_text(lines, one); });
  if (found.lost_references > 0)
    out += fmt::format("\n{} reference(s) were held when events were lost: unknown\n",
                       found.lost_references);
  if (found.missed_references > 0)
    out += fmt::format("\n{} reference(s) went without a line{}: unknown\n",
                       found.missed_references, trace.profiled ? " while probes missed hits" : "");
  if (found.doubtful > 0)
    out += fmt::format(
        "\n{} page(s) that are freed twice are not counted: others are in use again without a line "
        "of their allocation\n",
        found.doubtful);
  return out + coverage_text(trace) + fmt::format("\n{}\n", conclusion(judged));
}

}  // namespace pincheck::trace
