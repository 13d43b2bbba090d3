// SPDX-License-Identifier: MIT
// checker/trace: uses checker/explain; used by checker/predict.
// The lines of kprobe_profile in a trace: which probes missed how many hits.
#pragma once

#include <map>
#include <string_view>
#include <unordered_map>

#include "checker/trace/line.hpp"
#include "checker/trace/reader.hpp"

namespace pincheck::trace {

/// Names in a profile may be the user's own, which only lines of the events explain, before it or
/// after it: they are resolved at the end.
class Profile {
 public:
  /// A line of the event is about that probe; null: about something else.
  void saw(std::string_view event, const Probe* probe) { events_.try_emplace(event, probe); }
  /// What a profile before the first event counts was missed before it.
  void take(std::string_view raw, const Line& line, bool before);
  /// Tells the trace.
  void weigh(Trace& trace) const;

 private:
  struct Row {
    std::int64_t missed = 0;
    bool as_printed = false;  ///< with the columns of kprobe_profile
    bool hit = false;         ///< and so enabled
  };
  /// Null: unknown, or about something else.
  const Probe* probe_of(std::string_view event, Kernel) const;
  /// The event's function is not known from any line.
  bool is_anybodys(std::string_view event, const Row&) const;
  void find_unprofiled(Trace& trace) const;

  std::unordered_map<std::string_view, const Probe*> events_;
  std::map<std::string_view, Row> rows_;
};

}  // namespace pincheck::trace
