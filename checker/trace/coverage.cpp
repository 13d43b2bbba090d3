// SPDX-License-Identifier: MIT
#include "checker/trace/coverage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <span>
#include <unordered_set>

#include "checker/trace/line.hpp"
#include "properties/property.hpp"

namespace pincheck::trace {
namespace {

/// The events, by the names that probe_commands gives them: "gup_put or unpin_folio".
std::string names(const Trace& trace, std::initializer_list<What> wanted) {
  std::string out;
  for (const What what : wanted)
    for (const Probe& probe : probes())
      if (probe.what == what && probe.exists(trace.kernel)) {
        out += fmt::format("{}{}", out.empty() ? "" : " or ", probe.name);
        break;
      }
  return out;
}

/// What a property needs lines of. Steps of page_ref go up, or down.
struct Need {
  std::initializer_list<What> any;
  bool up = false;
};

bool shows_step(const Trace& trace, bool up) {
  for (std::size_t i = 0; i < probes().size(); ++i)
    if (trace.shown[i] && probes()[i].name == (up ? "page_ref_mod" : "page_ref_mod_and_test"))
      return true;
  return up ? trace.gains : trace.drops;
}

bool is_met(const Trace& trace, const Need& need) {
  return std::any_of(need.any.begin(), need.any.end(), [&](What what) {
    return what == What::ref_mod ? shows_step(trace, need.up) : trace.shows(what);
  });
}

/// What is missing of several needs, each of which any of its events meets; "" if nothing is.
std::string missing(const Trace& trace, std::initializer_list<Need> needs) {
  std::string out;
  for (const Need& need : needs)
    if (!is_met(trace, need))
      out += fmt::format("{}{}", out.empty() ? "no line of " : ", nor of ", names(trace, need.any));
  return out;
}

bool has_probes(const Trace& trace) {
  return std::any_of(trace.records.begin(), trace.records.end(),
                     [](const Record& record) { return !probes()[record.probe].symbol.empty(); });
}

/// Why a count may move without a line; "" if it cannot.
std::string step_gaps(const Trace& trace) {
  if (const std::string unshown = trace.unshown_steps(); !unshown.empty())
    return fmt::format("events of page_ref that have no line may not be enabled ({})", unshown);
  return trace.several_tasks ? "" : "all lines are of one task: others may be filtered out";
}

Coverage covered(PropertyId property, const std::string& missing, const std::string& part) {
  const int index = index_of(property);
  if (!missing.empty()) return {index, "no", missing};
  return part.empty() ? Coverage{index, "yes", ""} : Coverage{index, "in part", part};
}

/// As many pages as 46 bits of physical address have, or 52 with five levels of page tables.
bool is_possible(std::uint64_t pfn, std::uint64_t vmemmap) {
  constexpr std::uint64_t kFourLevels = 0xffff800000000000;
  return pfn < std::uint64_t{1} << (vmemmap >= kFourLevels ? 34 : 40);
}

/// The pointer is in the last 4 TB of the address space (arch/arm64/include/asm/memory.h).
bool is_of_arm64(std::uint64_t pfn, std::uint64_t vmemmap) {
  constexpr std::uint64_t kArm64 = 0xfffffc0000000000;
  return vmemmap + pfn * kStructPage >= kArm64;
}

/// What is wrong with struct page pointers: they name no page that there can be, or never one that
/// page_ref's pfns name; "" if nothing.
std::string pointer_trouble(const Trace& trace) {
  constexpr std::size_t kSample = 100000;
  std::unordered_set<std::uint64_t> pfns;
  std::unordered_set<std::uint64_t> pointers;
  for (const Record& record :
       std::span(trace.records).first(std::min(kSample, trace.records.size())))
    if (record.page != kNoPfn && record.what != What::page_free && record.what != What::page_alloc)
      (probes()[record.probe].symbol.empty() ? pfns : pointers).insert(record.page);
  if (pointers.empty()) return "";
  if (std::none_of(pointers.begin(), pointers.end(),
                   [&](auto pfn) { return is_possible(pfn, trace.vmemmap); })) {
    if (std::all_of(pointers.begin(), pointers.end(),
                    [&](auto pfn) { return is_of_arm64(pfn, trace.vmemmap); }))
      return "struct page pointers are where arm64 has them: numbers of pages are only names here, "
             "and are not those of page_ref and mm_page_free, until --vmemmap tells where they "
             "begin "
             "(0xfffffdffc0000000 with 48-bit addresses and memory that begins at 0)";
    return "no struct page pointer names a page of any memory: --vmemmap is wrong (KASLR moves it)";
  }
  if (!pfns.empty() &&
      std::none_of(pfns.begin(), pfns.end(), [&](auto pfn) { return pointers.contains(pfn); }))
    return "no struct page pointer names a page that page_ref names: is --vmemmap right? "
           "(KASLR moves it)";
  return "";
}

/// "gup_put 457, unpin_folio 457".
std::string missed_hits(const Trace& trace) {
  std::string out;
  for (const Missed& missed : trace.missed_hits)
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", missed.event, missed.hits);
  return out;
}

/// Return probes without a line, though their functions are entered: "bio_get_ret, iov_get2_ret".
std::string missing_returns(const Trace& trace) {
  std::array<bool, 256> entered{};
  for (const Record& record : trace.records) entered[record.probe] |= !record.returns;
  std::string out;
  for (std::size_t i = 0; i < probes().size(); ++i)
    if (entered[i] && !trace.probe_returns[i] && !probes()[i].result.empty())
      out += fmt::format("{}{}_ret", out.empty() ? "" : ", ", probes()[i].name);
  return out;
}

}  // namespace

std::vector<Coverage> coverage(const Trace& trace) {
  const bool steps = trace.has_steps();
  const Need taken{{What::grab, What::ref_mod_unless, What::ref_mod}, true};
  const Need unpinned{{What::gup_put, What::unpin, What::ref_mod}};
  const Need put{{What::nfs_release, What::pipe_release, What::bio_release, What::ref_mod}};
  const Need freed{{What::page_free, What::folio_free}};
  // mm_page_free tells a pfn.
  std::string no_frees = missing(trace, {taken, freed});
  if (no_frees.empty() && !steps && !trace.has(What::folio_free)) no_frees = pointer_trouble(trace);
  const std::string no_pins = no_frees.empty() ? missing(trace, {unpinned}) : no_frees;
  const bool frees = trace.has(What::page_free) && trace.shows(What::page_alloc);
  if (frees && !missing(trace, {taken}).empty()) no_frees = "";
  const std::string gaps =
      steps && !step_gaps(trace).empty() ? "page_ref may not show all steps, see below" : "";
  const bool probed =
      trace.shows(What::grab) && missing(trace, {{{What::gup_put, What::unpin}}}).empty();
  const std::string counts_only =
      steps ? gaps : "without page_ref's lines only gets that a probe shows being taken and put";
  const std::string whose =
      steps && gaps.empty() ? "a count that ended higher is nobody's fault as such" : counts_only;
  return {
      covered(PropertyId::pin_unpin_balanced, missing(trace, {taken, unpinned}),
              probed ? "" : gaps),
      covered(PropertyId::get_put_balanced, missing(trace, {taken, put}), whose),
      covered(PropertyId::not_freed_while_pinned, no_pins, probed ? "" : gaps),
      covered(PropertyId::not_freed_while_in_use, no_frees, counts_only),
      covered(PropertyId::not_written_back_while_pinned,
              missing(trace,
                      {{{What::grab}}, {{What::gup_put, What::unpin}}, {{What::start_writeback}}}),
              ""),
  };
}

namespace {

/// Nobody took or dropped anything, and no caller has a kernel's iterator, of which nothing may be
/// taken.
bool shows_no_path(const std::vector<PathRow>& paths) {
  return std::all_of(paths.begin(), paths.end(), [](const PathRow& row) {
    return row.gotten + row.pinned + row.put + row.unpinned == 0 && user_backed(row.kind);
  });
}

std::string nothing_relevant(const Trace& trace) {
  return fmt::format(
      "no event ({} lines) is about references to pages{}{} (--print-probes prints "
      "the commands that set the probes)",
      trace.lines, trace.strangers.empty() ? "" : ": they are of ",
      fmt::join(trace.strangers, ", "));
}

std::string why_not_judged(const Trace& trace, const Findings& found) {
  if (trace.records.empty()) return nothing_relevant(trace);
  if (found.judged == 0 && std::any_of(trace.records.begin(), trace.records.end(),
                                       [](const Record& record) { return record.lossy; }))
    return "events were lost around all that it shows of references to pages";
  const auto all = coverage(trace);
  const bool nothing =
      std::all_of(all.begin(), all.end(), [](const Coverage& one) { return one.judged == "no"; });
  if (!shows_no_path(found.paths) || (found.judged > 0 && !nothing)) return "";
  return "for each property some kind of event has no line, and may not be enabled";
}

}  // namespace

std::vector<std::string> why_nothing(const Trace& trace, const Findings& found) {
  std::vector<std::string> out;
  if (std::string why = why_not_judged(trace, found); !why.empty()) out.push_back(std::move(why));
  if (!out.empty() && !trace.nameless.empty())
    out.push_back(
        fmt::format("{} may be probes of functions that tell of references, but neither name nor "
                    "text says which: name probes after their functions, or as --print-probes does",
                    fmt::join(trace.nameless, ", ")));
  if (trace.unreadable * 2 > trace.lines)
    out.push_back(fmt::format("{} of {} lines could not be read", trace.unreadable, trace.lines));
  return out;
}

namespace {

void add_losses(const Trace& trace, std::vector<std::string>& out) {
  constexpr std::size_t kMostListed = 10;
  std::vector<Loss> losses = trace.losses;
  // One line may tell of a loss on any CPU.
  losses.erase(std::unique(losses.begin(), losses.end(),
                           [](const Loss& a, const Loss& b) { return a.line == b.line; }),
               losses.end());
  if (losses.size() > kMostListed)
    out.push_back(
        fmt::format("events were lost {} times, the first of which follow", losses.size()));
  for (const Loss& loss : std::span(losses).first(std::min(kMostListed, losses.size())))
    out.push_back(fmt::format(
        "line {}: {} events of {} were lost; what was held then is unknown from there on",
        loss.line, loss.events == 0 ? "some" : std::to_string(loss.events),
        loss.any || loss.cpu == kAnyCpu ? "some CPU" : fmt::format("CPU {}", loss.cpu)));
}

}  // namespace

std::vector<std::string> limits(const Trace& trace) {
  std::vector<std::string> out{
      "references taken before the first line are unknown: their release is counted as unseen"};
  if (trace.overwritten > 0)
    out.push_back(fmt::format(
        "the buffer had no room: {} events are gone, and nothing is judged before each CPU's first",
        trace.overwritten));
  if (const std::string missed = missed_hits(trace); !missed.empty())
    out.push_back(
        fmt::format("probes missed hits ({}), as they do in an interrupt in the middle of a probe: "
                    "what such an "
                    "interrupt released is unknown",
                    missed));
  if (!trace.unprofiled.empty())
    out.push_back(
        fmt::format("kprobe_profile has no line of {}: it is unknown whether hits were missed",
                    fmt::join(trace.unprofiled, ", ")));
  else if (!trace.profiled && has_probes(trace))
    out.emplace_back("without kprobe_profile it is unknown whether probes missed hits");
  if (const std::string returns = missing_returns(trace); !returns.empty())
    out.push_back(fmt::format(
        "no line of {}: where these calls end, and so what they took, is unknown", returns));
  if (trace.flagless)
    out.emplace_back(
        "lines do not say what ran in an interrupt (option irq-info): of which bio's release an "
        "unpin is part is not sure");
  add_losses(trace, out);
  for (const Unread& unread : trace.unread)
    out.push_back(
        fmt::format("line {}: {} lacks {} (see --print-probes): {} such line(s) cannot be judged",
                    unread.line, unread.event, unread.lacks, unread.lines));
  if (trace.cut)
    out.emplace_back("the trace ends in the middle of a line: it may have been longer");
  if (trace.reordered && !trace.unsorted)
    out.emplace_back("the lines were not in the order of time and were sorted");
  if (trace.unsorted)
    out.emplace_back(
        "times go back on one CPU (they are differences, or several traces are in the file): the "
        "order of the lines is kept");
  if (const std::string gaps = trace.has_steps() ? step_gaps(trace) : ""; !gaps.empty())
    out.push_back(
        fmt::format("{}: that a count does not add up, or that a step is not there, proves nothing "
                    "(set_event behind the trace tells)",
                    gaps));
  if (!trace.has_steps())
    out.emplace_back("inlined gets and puts (get_page, folio_put) leave no line without page_ref");
  if (!trace.has(What::direct_io) && !trace.has(What::bio_extract) && !trace.has(What::nfs_write) &&
      !trace.has(What::nfs_read) && !trace.has(What::fuse) && !trace.has(What::legacy))
    out.emplace_back("no caller with an iterator is in it: kinds are unknown");
  if (std::string trouble = pointer_trouble(trace); !trouble.empty())
    out.push_back(std::move(trouble));
  return out;
}

}  // namespace pincheck::trace
