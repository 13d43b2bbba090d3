// SPDX-License-Identifier: MIT
// One line of a text trace (tracefs `trace`, `trace-cmd report`, `perf script`) taken apart.
#pragma once

#include <cstdint>
#include <string_view>

namespace pincheck::trace {

struct Line {
  enum class Kind : std::uint8_t { blank, comment, event, lost, profile, other };
  Kind kind = Kind::other;
  bool flagged = false;  ///< it has the next column
  char interrupt = '.';  ///< the column that says hard (h, H, Z, z) or soft (s) interrupt
  std::uint16_t cpu = 0;
  std::int32_t pid = 0;
  std::int64_t time = 0;   ///< nanoseconds, or the trace clock's own unit
  std::uint64_t lost = 0;  ///< lost: how many, 0 if the line does not say; profile: missed hits
  std::string_view event;  ///< "" for a line of the function tracer
  std::string_view text;   ///< what follows "event: "
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
