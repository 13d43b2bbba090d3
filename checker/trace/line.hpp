// SPDX-License-Identifier: MIT
// checker/trace: uses checker/explain; used by checker/predict.
// One line of a text trace (tracefs `trace`, `trace-cmd report`, `perf script`) taken apart.
//
// Read are ftrace's own columns with or without thread groups and flags, its latency format (also
// as ftrace_dump_on_oops prints it), trace-cmd's with -l, -t and --ts-diff, and perf script's with
// any of its fields that has a task and a time, in its own order.
#pragma once

#include <cstdint>
#include <string_view>

namespace pincheck::trace {

/// Events were lost, and the line does not say of which CPU.
inline constexpr std::uint16_t kAnyCpu = 0xffff;

struct Line {
  /// frame: of a stack. enabled: "system:event" alone, as set_event lists it.
  enum class Kind : std::uint8_t { blank, comment, event, lost, profile, enabled, frame, other };
  Kind kind = Kind::other;
  bool flagged = false;   ///< it has the next column
  bool function = false;  ///< of the function tracer; with func-args, `event` is the function
  bool whole = false;     ///< lost: nobody knows when, of the whole trace
  char interrupt = '.';   ///< the column that says hard (h, H, Z, z) or soft (s) interrupt
  std::uint16_t cpu = 0;
  std::int32_t pid = 0;
  std::int64_t time = 0;   ///< nanoseconds, or the trace clock's own unit
  std::uint64_t lost = 0;  ///< lost: how many, 0 if the line does not say; profile: missed hits
  std::uint64_t hits = 0;  ///< profile: those that were not
  std::string_view event;  ///< "" for a line of the function tracer without arguments
  std::string_view text;   ///< what follows "event: "
  std::string_view task;   ///< the columns before the CPU's or, without it, before the time
};

/// The line's parts, which point into it.
Line parse_line(std::string_view text);

/// Takes the number at the front of `text`: decimal or 0x…, with a sign or not. `good` tells
/// whether there was one.
struct Number {
  std::int64_t value = 0;
  bool good = false;
};
Number parse_number(std::string_view text);

/// Takes the next "key=value" off `text`; false when there is none left.
struct Field {
  std::string_view key;
  std::string_view value;
};
bool next_field(std::string_view& text, Field& field);

}  // namespace pincheck::trace
