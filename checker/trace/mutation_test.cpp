// SPDX-License-Identifier: MIT
// Every line of every captured trace, removed, doubled and changed: the result says so, or the line
// concerns no reference, or what is left of the trace says too little, for a reason that follows
// from what the line is.
#include <fmt/format.h>

#include <map>

#include "checker/testing/trace_support.hpp"

namespace pincheck::trace {
namespace {

using trace::Kernel;
using trace::Record;
using trace::What;

enum class Change { removed, doubled, kind, count, value };
constexpr std::array kChanges{Change::removed, Change::doubled, Change::kind, Change::count,
                              Change::value};
const char* name_of(Change change) {
  constexpr std::array names{"removed", "doubled", "kind", "count", "value"};
  return names[static_cast<std::size_t>(change)];
}

/// The line with the number behind " key=" made another one; the same line if it has no such key.
std::string with_number(const std::string& line, const std::string& key,
                        const std::function<std::int64_t(std::int64_t)>& other) {
  const std::size_t at = line.find(" " + key + "=");
  if (at == std::string::npos) return line;
  const std::size_t begin = at + key.size() + 2;
  const std::size_t end = std::min(line.find(' ', begin), line.size());
  const std::string old = line.substr(begin, end - begin);
  const auto value = std::stoll(old, nullptr, 0);
  const std::string now =
      old.starts_with("0x") ? fmt::format("{:#x}", other(value)) : std::to_string(other(value));
  return line.substr(0, begin) + now + line.substr(end);
}

bool is_step(What what) { return what >= What::ref_set && what <= What::ref_unfreeze; }

/// Get for pin, put for unpin.
std::string other_kind(const std::string& line, What what, Kernel kernel) {
  const trace::Foll bits = trace::foll(kernel);
  if (what == What::grab || what == What::gup || what == What::gup_put)
    return with_number(line, "flags",
                       [&](std::int64_t flags) { return flags ^ bits.get ^ bits.pin; });
  if (what == What::bio_release)
    return with_number(line, "flags", [](std::int64_t flags) { return flags ^ 1; });
  if (!is_step(what)) return line;
  return with_number(line, "val", [](std::int64_t val) {
    return val == 1023 || val == -1024 ? (val < 0 ? -1 : 1) : val * 1024;
  });
}

std::string other_count(const std::string& line) {
  const auto more = [](std::int64_t count) { return count + 1; };
  std::string out = line;
  for (const char* key : {"count", "ref", "ref0", "bvec0ref"}) out = with_number(out, key, more);
  return out;
}

std::string other_value(const std::string& line, What what) {
  const auto more = [](std::int64_t n) { return n + 1; };
  if (is_step(what)) return with_number(line, "val", more);
  if (what == What::nfs_release) return with_number(line, "n", more);
  return what == What::grab || what == What::gup_put ? with_number(line, "refs", more) : line;
}

/// The trace with one line changed; "" if the line has nothing to change.
std::string changed(std::vector<std::string> lines, std::size_t at, What what, Change change,
                    Kernel kernel) {
  std::string& line = lines[at];
  const std::string old = line;
  switch (change) {
    case Change::removed:
      lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at));
      return test::joined(lines);
    case Change::doubled:
      lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), old);
      return test::joined(lines);
    case Change::kind: line = other_kind(line, what, kernel); break;
    case Change::count: line = other_count(line); break;
    case Change::value: line = other_value(line, what); break;
  }
  return line == old ? "" : test::joined(lines);
}

/// All that a report says of references, but the totals of the summary.
std::string told(const trace::Findings& found) {
  std::string out =
      fmt::format("{} {} {} lost {} {}", found.violations.size(), found.contradictions.size(),
                  found.unexplained.size(), found.lost_references, found.missed_references);
  for (const auto& open : found.open)
    out += fmt::format(" open {:#x} {}", open.page, open.references);
  for (const auto& row : found.paths) out += fmt::format(" unseen {}", row.unseen);
  return out;
}

/// The page's only line with a count, or the first or last: nothing beyond it to compare with.
bool at_an_end(const trace::Trace& trace, const Record& record) {
  bool before = false;
  bool after = false;
  for (const Record& other : trace.records)
    if (other.page == record.page && other.ref > 0) {
      before = before || other.line < record.line;
      after = after || other.line > record.line;
    }
  return !before || !after;
}

/// Before its context goes on, another one steps the page's count, which the line may have read
/// late.
bool is_raced(const trace::Trace& trace, const Record& record) {
  for (const Record& other : trace.records) {
    if (other.line <= record.line) continue;
    if (other.context == record.context) return false;
    if (is_step(other.what) && other.page == record.page) return true;
  }
  return false;
}

/// The page is pinned, and its count never says so: the zero page.
bool is_zero_page(const trace::Trace& trace, const Record& record) {
  bool pinned = false;
  for (const Record& other : trace.records) {
    if (other.page != record.page) continue;
    if (other.ref >= trace::kBias) return false;
    pinned = pinned || (other.flags & trace::foll(trace.kernel).pin) != 0;
  }
  return pinned && record.page != trace::kNoPfn && trace.kernel == Kernel::v6_12;
}

/// Why a line of that kind may be lost or doubled unnoticed; "" when it may not.
std::string no_step(What what) {
  switch (what) {
    case What::ignored:
    case What::marker:
    case What::mark_dirty:
    case What::clear_dirty:
    case What::end_writeback:
    case What::pipe_anon: return "concerns no reference";
    case What::direct_io:
    case What::nfs_read:
    case What::nfs_write:
    case What::fuse:
    case What::legacy:
    case What::tcp:
    case What::splice_read:
    case What::splice_folio:
    case What::splice_write:
    case What::bio_extract:
    case What::bio_bvec:
    case What::bio_add:
    case What::iov_get:
    case What::iov_extract:
    case What::gup:
    case What::nfs_request: return "says who, not what";
    case What::start_writeback:
    case What::folio_free:
    case What::page_alloc:
    case What::page_free: return "says what became of a page, which nobody held";
    default: return "";
  }
}

/// Why the change of a line may go unnoticed; "" when it may not.
std::string excuse(const trace::Trace& trace, const Record& record, Change change) {
  if (std::string why = no_step(record.what); change != Change::count && !why.empty()) return why;
  if (is_zero_page(trace, record)) return "concerns no reference: pins of the zero page are no-ops";
  if (change == Change::count && !trace.has_steps())
    return "too little: without page_ref a count may move between two lines";
  if (change == Change::count && !is_step(record.what) && record.ref == 0)
    return "too little: 0 is a tail page's count, or one that is free";
  const auto steps_it = [&](const Record& other) {
    return is_step(other.what) && other.page == record.page;
  };
  if (change == Change::count && std::none_of(trace.records.begin(), trace.records.end(), steps_it))
    return "too little: page_ref has no line of this page";
  if (change == Change::count && is_raced(trace, record))
    return "too little: another context steps it before the line's own goes on";
  if (record.what == What::bio_release && !trace.has(What::bio_extract))
    return "too little: no line says which pages the bio has";
  if (trace.flagless && change == Change::doubled &&
      (record.what == What::unpin || record.what == What::bio_release))
    return "too little: it may be an interrupt's";
  if (record.what == What::unpin && change == Change::removed) return "told twice: gup_put follows";
  if (record.what == What::bio_release && trace.kernel == Kernel::v6_12 &&
      change == Change::removed)
    return "told twice: every unpin has its line";
  if (record.has_ref() && trace.has_steps() && at_an_end(trace, record))
    return "too little: the first or last that is seen of the page's count";
  return "";
}

TEST_CASE("trace: no line can be removed, doubled or changed without a reason or a report") {
  std::map<std::string, int> tally;
  for (const test::Captured& captured : test::all_captured()) {
    const auto lines = test::lines_of(captured.text);
    const std::string enabled = test::all_enabled(captured.kernel, "page_ref");
    const test::Outcome good = test::outcome(captured.text + enabled, captured.kernel);
    REQUIRE(good.good());
    std::vector<const Record*> record_at(lines.size(), nullptr);
    for (const Record& record : good.trace.records)
      if (record.line <= lines.size()) record_at[record.line - 1] = &record;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const Record nothing;
      const Record& record = record_at[i] == nullptr ? nothing : *record_at[i];
      for (const Change change : kChanges) {
        const std::string text = changed(lines, i, record.what, change, captured.kernel);
        if (text.empty()) continue;
        const test::Outcome now = test::outcome(text + enabled, captured.kernel);
        const bool violated = !now.good();
        const bool caught = violated || told(now.found) != told(good.found);
        const std::string why = caught ? "" : excuse(good.trace, record, change);
        ++tally[violated ? "violated" : caught ? "open, unseen or unexplained" : why];
        INFO(captured.name << ", " << name_of(change) << ": " << lines[i]);
        if (!caught) CHECK_FALSE(why.empty());
      }
    }
  }
  for (const auto& [what, times] : tally) UNSCOPED_INFO(what << ": " << times);
  // Most lines that concern references are caught, not excused.
  CHECK(tally["violated"] > 500);
  CHECK(tally[""] == 0);
}

}  // namespace
}  // namespace pincheck::trace
