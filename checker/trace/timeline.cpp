// SPDX-License-Identifier: MIT
#include "checker/trace/timeline.hpp"

#include <algorithm>

namespace pincheck::trace {

Timeline::Last& Timeline::last(std::uint16_t cpu) {
  if (cpu >= last_.size()) last_.resize(cpu + std::size_t{1});
  return last_[cpu];
}

void Timeline::saw(const Line& line, std::uint32_t number, Trace& trace) {
  Last& here = last(line.cpu);
  if (here.seen && line.time < here.time) goes_back_ = true;
  trace.reordered = trace.reordered || line.time < newest_;
  newest_ = line.time;
  here.time = line.time;
  here.line = number;
  if (!here.seen) {
    here.first = line.time;
    here.first_line = number;
  }
  here.seen = true;
  for (const std::size_t loss : here.losses) {
    trace.losses[loss].to = line.time;
    trace.losses[loss].to_line = number;
  }
  here.losses.clear();
}

void Timeline::lose_on(std::uint16_t cpu, const Line& line, std::uint32_t number, Trace& trace) {
  Loss loss{number, cpu, line.lost};
  Last& here = last(cpu);
  if (here.seen) {
    loss.from = here.time;
    loss.from_line = here.line;
  }
  here.losses.push_back(trace.losses.size());
  trace.losses.push_back(loss);
}

/// Without a CPU, they may be of each.
void Timeline::lose(const Line& line, std::uint32_t number, Trace& trace) {
  if (line.whole) {
    trace.losses.push_back({number, kAnyCpu, line.lost});
    return;
  }
  if (line.cpu != kAnyCpu) return lose_on(line.cpu, line, number, trace);
  Line once = line;  // counted once
  for (std::size_t cpu = 0; cpu < std::max<std::size_t>(last_.size(), 1); ++cpu) {
    lose_on(static_cast<std::uint16_t>(cpu), once, number, trace);
    trace.losses.back().any = true;
    once.lost = 0;
  }
}

/// What other CPUs' lines would follow if their buffers are printed one after the other.
void Timeline::lose_what_is_cut(Trace& trace) {
  if (!trace.cut || !trace.reordered || trace.records.empty()) return;
  const Record& last = trace.records.back();
  Loss loss{last.line, last.context.cpu, 0, last.time};
  loss.from_line = last.line;
  trace.losses.push_back(loss);
}

/// Events of one CPU keep their order.
void Timeline::put_in_order(Trace& trace) {
  if (!trace.reordered) return;
  trace.unsorted = goes_back_;
  if (!goes_back_) {
    std::stable_sort(trace.records.begin(), trace.records.end(),
                     [](const Record& a, const Record& b) { return a.time < b.time; });
    return;
  }
  for (Record& record : trace.records) record.time = record.line;
  for (Loss& loss : trace.losses) {
    loss.from = loss.from_line;
    loss.to = loss.to_line;
  }
  for (Last& last : last_) last.first = last.first_line;
}

/// Each CPU overwrites the oldest events of its own buffer: before the last CPU's first event
/// some of that one's are gone, though others' are there.
Loss Timeline::overwritten() const {
  Loss loss;
  loss.to = loss.from;
  for (const Last& last : last_)
    if (last.seen) loss.to = std::max(loss.to, last.first - 1);
  return loss;
}

/// Losses may overlap: a difference array says how many there are around each record.
void Timeline::mark_losses(Trace& trace) const {
  std::vector<Loss> losses = trace.losses;
  if (trace.overwritten > 0) losses.push_back(overwritten());
  if (losses.empty()) return;
  const auto begin = trace.records.begin();
  const auto end = trace.records.end();
  std::vector<std::int64_t> around(trace.records.size() + 1);
  for (const Loss& loss : losses) {
    const auto from = std::partition_point(
        begin, end, [&](const Record& record) { return record.time < loss.from; });
    const auto to = std::partition_point(
        from, end, [&](const Record& record) { return record.time <= loss.to; });
    ++around[static_cast<std::size_t>(from - begin)];
    --around[static_cast<std::size_t>(to - begin)];
    if (to == end)
      trace.lost_at_end = true;
    else
      to->after_loss = true;
  }
  std::int64_t depth = 0;
  for (std::size_t i = 0; i < trace.records.size(); ++i)
    trace.records[i].lossy = (depth += around[i]) > 0;
}

void Timeline::settle(Trace& trace) {
  lose_what_is_cut(trace);
  put_in_order(trace);
  mark_losses(trace);
}

}  // namespace pincheck::trace
