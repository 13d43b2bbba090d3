// SPDX-License-Identifier: MIT
// checker/trace: uses checker/explain; used by checker/predict.
// The order of a trace's events, and between which of them others were lost.
#pragma once

#include <cstdint>
#include <vector>

#include "checker/trace/line.hpp"
#include "checker/trace/reader.hpp"

namespace pincheck::trace {

/// Buffers of several CPUs may be printed one after the other: they are merged by their times,
/// unless times go back on one CPU. They are then no times but, say, differences (perf script
/// --deltatime), or several traces are in the file, and the order of the lines is kept.
class Timeline {
 public:
  /// An event, of that line. It ends the losses of its CPU.
  void saw(const Line&, std::uint32_t number, Trace&);
  void lose(const Line&, std::uint32_t number, Trace&);
  /// Sorts the records, and says around which of them events were lost.
  void settle(Trace&);

 private:
  struct Last {
    std::int64_t first = 0;
    std::int64_t time = 0;
    std::uint32_t first_line = 0;
    std::uint32_t line = 0;
    bool seen = false;
    std::vector<std::size_t> losses{};  // since that event
  };
  Last& last(std::uint16_t cpu);
  void lose_on(std::uint16_t cpu, const Line&, std::uint32_t number, Trace&);
  static void lose_what_is_cut(Trace&);
  Loss overwritten() const;
  void mark_losses(Trace&) const;
  void put_in_order(Trace&);

  std::vector<Last> last_;  // by CPU
  std::int64_t newest_ = std::numeric_limits<std::int64_t>::min();
  bool goes_back_ = false;  // on one CPU
};

}  // namespace pincheck::trace
