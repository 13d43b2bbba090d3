// SPDX-License-Identifier: MIT
#include "checker/trace/profile.hpp"

#include <algorithm>

namespace pincheck::trace {
namespace {

/// "  %-44s %15lu %15lu" (kernel/trace/trace_kprobe.c).
constexpr std::size_t kColumns = 78;

bool is_release(What what) {
  return what == What::gup_put || what == What::unpin || what == What::bio_release ||
         what == What::nfs_release;
}

}  // namespace

void Profile::take(std::string_view raw, const Line& line, bool before) {
  const auto missed = static_cast<std::int64_t>(std::min<std::uint64_t>(line.lost, 1U << 31U));
  Row& row = rows_[line.event];
  row.missed += before ? -missed : missed;
  row.hit = row.hit || line.hits > 0;
  row.as_printed = raw.starts_with("  ") && raw.size() >= kColumns;
}

const Probe* Profile::probe_of(std::string_view event, Kernel kernel) const {
  const auto seen = events_.find(event);
  return seen == events_.end() ? meaning_of(event, "", kernel).probe : seen->second;
}

bool Profile::is_anybodys(std::string_view event, const Row& row) const {
  return row.as_printed && !events_.contains(event);
}

void Profile::weigh(Trace& trace) const {
  std::array<bool, kWhats> known{};
  std::int64_t anybodys = 0;
  for (const auto& [event, row] : rows_) {
    const Probe* probe = probe_of(event, trace.kernel);
    if (probe == nullptr && !is_anybodys(event, row)) continue;
    trace.profiled = true;
    if (row.missed > 0) trace.missed_hits.push_back({event, row.missed});
    if (probe == nullptr) {
      anybodys += std::max<std::int64_t>(row.missed, 0);
      continue;
    }
    known[static_cast<std::size_t>(probe->what)] = true;
    if (row.hit) trace.shown[static_cast<std::size_t>(probe - probes().data())] = true;
    trace.missed[static_cast<std::size_t>(probe->what)] += row.missed;
  }
  // An event without any line may be of any function of which there is none.
  for (std::size_t what = 0; what < known.size(); ++what)
    if (!known[what] && trace.entered[what] + trace.returned[what] == 0)
      trace.missed[what] += anybodys;
  // All unpins lead to gup_put_folio: without a probe there, some leave no line.
  const bool listed = known[static_cast<std::size_t>(What::gup_put)] || trace.has(What::gup_put);
  if (!listed || !trace.shows(What::gup_put)) trace.profiled = false;
  if (trace.profiled) find_unprofiled(trace);
}

void Profile::find_unprofiled(Trace& trace) const {
  for (const auto& [event, probe] : events_) {
    if (probe == nullptr || probe->symbol.empty() || rows_.contains(event)) continue;
    trace.unprofiled.push_back(event);
    if (is_release(probe->what)) trace.profiled = false;
  }
  std::sort(trace.unprofiled.begin(), trace.unprofiled.end());
}

}  // namespace pincheck::trace
