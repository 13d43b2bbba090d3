// SPDX-License-Identifier: MIT
#include "checker/trace/line.hpp"

#include <algorithm>
#include <string>

namespace pincheck::trace {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The value of a hexadecimal digit, 16 for other characters.
unsigned digit_of(char c) {
  if (is_digit(c)) return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return 16;
}

void skip_spaces(std::string_view& text) {
  std::size_t i = 0;
  while (i < text.size() && text[i] == ' ') ++i;
  text.remove_prefix(i);
}

void drop_spaces_at_end(std::string_view& text) {
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
}

/// Takes digits off the front; false when there are none.
bool take_digits(std::string_view& text, std::int64_t& value) {
  std::size_t i = 0;
  std::uint64_t sum = 0;
  for (; i < text.size() && is_digit(text[i]); ++i)
    sum = sum * 10 + static_cast<std::uint64_t>(text[i] - '0');
  value = static_cast<std::int64_t>(sum);
  text.remove_prefix(i);
  return i > 0;
}

/// "12.345678:", "12.345678901:" or a counter, "12345:".
bool take_time(std::string_view& text, std::int64_t& time) {
  std::string_view rest = text;
  if (!take_digits(rest, time)) return false;
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    const std::size_t before = rest.size();
    std::int64_t fraction = 0;
    if (!take_digits(rest, fraction)) return false;
    for (std::size_t digits = before - rest.size(); digits < 9; ++digits) fraction *= 10;
    // Unsigned: no time is too large to be read, wrongly if need be.
    time = static_cast<std::int64_t>(static_cast<std::uint64_t>(time) * 1'000'000'000 +
                                     static_cast<std::uint64_t>(fraction));
  }
  if (!rest.starts_with(':')) return false;
  rest.remove_prefix(1);
  text = rest;
  return true;
}

/// What is nothing but a number.
bool is_pid(std::string_view digits, std::int32_t& pid) {
  std::int64_t value = 0;
  if (!take_digits(digits, value) || !digits.empty()) return false;
  pid = static_cast<std::int32_t>(value);
  return true;
}

/// "comm-123", perhaps with "(  123)" or "(-------)" behind it: the thread group column. Or, of
/// perf script, "comm 123" or "comm 100/123".
bool take_pid(std::string_view task, std::int32_t& pid) {
  drop_spaces_at_end(task);
  if (task.ends_with(')')) {
    const std::size_t open = task.rfind('(');
    if (open == std::string_view::npos) return false;
    task = task.substr(0, open);
    drop_spaces_at_end(task);
  }
  const std::size_t dash = task.rfind('-');
  if (dash != std::string_view::npos && dash > 0 && is_pid(task.substr(dash + 1), pid)) return true;
  const std::size_t space = task.rfind(' ');
  if (space == std::string_view::npos || space < task.find_first_not_of(' ')) return false;
  const std::string_view pids = task.substr(space + 1);
  return is_pid(pids.substr(pids.find('/') + 1), pid);
}

/// What is before a colon, which there is.
std::string_view take_name(std::string_view& text) {
  const std::size_t colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  text.remove_prefix(colon + 1);
  return name;
}

/// Everything behind "[cpu]": flags, which trace-cmd may leave out, time, event, text.
bool take_event(std::string_view rest, Line& line) {
  skip_spaces(rest);
  if (!take_time(rest, line.time)) {
    const std::size_t end = rest.find(' ');
    if (end == std::string_view::npos) return false;
    line.flagged = true;
    if (end > 2) line.interrupt = rest[2];
    rest.remove_prefix(end);
    skip_spaces(rest);
    if (!take_time(rest, line.time)) return false;
  }
  skip_spaces(rest);
  const std::size_t colon = rest.find(':');
  const std::size_t space = rest.find(' ');
  line.kind = Line::Kind::event;
  if (colon == std::string_view::npos || space < colon) return true;
  line.event = take_name(rest);
  // "kprobes:gup_put: ...", as perf and some front ends print it.
  if (rest.find(':') < rest.find(' ') && !rest.starts_with(' ')) line.event = take_name(rest);
  skip_spaces(rest);
  line.text = rest;
  return true;
}

/// "CPU:1 [LOST 12 EVENTS]" of ftrace, "CPU:1 [12 EVENTS DROPPED]" of trace-cmd.
bool parse_lost(std::string_view text, Line& line) {
  std::int64_t cpu = 0;
  skip_spaces(text);
  if (!text.starts_with("CPU:")) return false;
  text.remove_prefix(4);
  if (!take_digits(text, cpu) || text.find("EVENTS") == std::string_view::npos) return false;
  line.kind = Line::Kind::lost;
  line.cpu = static_cast<std::uint16_t>(cpu);
  const auto* digit = std::find_if(text.begin(), text.end(), is_digit);
  std::string_view count = text.substr(static_cast<std::size_t>(digit - text.begin()));
  std::int64_t lost = 0;
  if (take_digits(count, lost)) line.lost = static_cast<std::uint64_t>(lost);
  return true;
}

/// "  bio_release    14399    217" of kprobe_profile: an event, its hits, and those that were
/// missed.
bool parse_profile(std::string_view text, Line& line) {
  std::int64_t hits = 0;
  std::int64_t missed = 0;
  skip_spaces(text);
  const std::size_t end = text.find(' ');
  if (end == std::string_view::npos) return false;
  const std::string_view event = text.substr(0, end);
  text.remove_prefix(end);
  skip_spaces(text);
  if (!take_digits(text, hits) || !text.starts_with(' ')) return false;
  skip_spaces(text);
  if (!take_digits(text, missed) || !text.empty()) return false;
  line.kind = Line::Kind::profile;
  line.event = event;
  line.lost = static_cast<std::uint64_t>(missed);
  return true;
}

/// "\tffffffff81234567 function+0x1 (…)": a stack's line in what perf script prints.
bool is_perf_frame(std::string_view text) {
  if (!text.starts_with('\t')) return false;
  text.remove_prefix(1);
  skip_spaces(text);
  const std::string_view address = text.substr(0, text.find(' '));
  return !address.empty() && parse_number("0x" + std::string(address)).good;
}

/// A command's name may have spaces, dashes and brackets: the first "[cpu]" with a task before it
/// and a time behind it is the column.
bool parse_event(std::string_view text, Line& line) {
  for (std::size_t open = text.find('['); open != std::string_view::npos;
       open = text.find('[', open + 1)) {
    std::string_view rest = text.substr(open + 1);
    std::int64_t cpu = 0;
    if (!take_digits(rest, cpu) || !rest.starts_with(']')) continue;
    rest.remove_prefix(1);
    if (!take_pid(text.substr(0, open), line.pid)) continue;
    line.cpu = static_cast<std::uint16_t>(cpu);
    if (take_event(rest, line)) return true;
  }
  return false;
}

}  // namespace

Line parse_line(std::string_view text) {
  Line line;
  while (!text.empty() && (text.back() == '\r' || text.back() == ' ')) text.remove_suffix(1);
  if (text.empty()) {
    line.kind = Line::Kind::blank;
  } else if (text.front() == '#' || text.starts_with("cpus=") ||  // trace-cmd's first line
             is_perf_frame(text)) {
    line.kind = Line::Kind::comment;
  } else if (!parse_lost(text, line) && !parse_event(text, line) && !parse_profile(text, line)) {
    line.kind = Line::Kind::other;
  }
  return line;
}

Number parse_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  unsigned base = 10;
  if (text.starts_with("0x")) {
    base = 16;
    text.remove_prefix(2);
  }
  std::uint64_t sum = 0;
  std::size_t digits = 0;
  for (; digits < text.size(); ++digits) {
    const unsigned digit = digit_of(text[digits]);
    if (digit >= base) break;
    sum = sum * base + digit;
  }
  const auto value = static_cast<std::int64_t>(negative ? 0 - sum : sum);
  return {value, digits > 0 && digits == text.size()};
}

bool next_field(std::string_view& text, Field& field) {
  while (true) {
    skip_spaces(text);
    if (text.empty()) return false;
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end);
    const std::size_t equals = word.find('=');
    if (equals == std::string_view::npos) continue;
    field = {word.substr(0, equals), word.substr(equals + 1)};
    return true;
  }
}

}  // namespace pincheck::trace
