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

/// "12.345678" or "12.345678901", as nanoseconds, or a counter.
bool take_number(std::string_view& text, std::int64_t& time) {
  if (!take_digits(text, time)) return false;
  if (!text.starts_with('.')) return true;
  text.remove_prefix(1);
  const std::size_t before = text.size();
  std::int64_t fraction = 0;
  if (!take_digits(text, fraction)) return false;
  for (std::size_t digits = before - text.size(); digits < 9; ++digits) fraction *= 10;
  // Unsigned: no time is too large to be read, wrongly if need be.
  time = static_cast<std::int64_t>(static_cast<std::uint64_t>(time) * 1'000'000'000 +
                                   static_cast<std::uint64_t>(fraction));
  return true;
}

/// The latency format's "  12us : " or "  12us+: ", where the sign rates the delay that follows.
bool take_delay(std::string_view& text, std::int64_t& time) {
  constexpr std::string_view kRatings = " +!#*@$";
  if (!text.starts_with("us")) return true;
  text.remove_prefix(2);
  time = static_cast<std::int64_t>(static_cast<std::uint64_t>(time) * 1000);
  if (!text.empty() && kRatings.find(text.front()) != std::string_view::npos) text.remove_prefix(1);
  return true;
}

/// A time and its colon; behind it, trace-cmd's difference to the event before: "(+12)".
bool take_time(std::string_view& text, std::int64_t& time) {
  std::string_view rest = text;
  if (!take_number(rest, time) || !take_delay(rest, time) || !rest.starts_with(':')) return false;
  rest.remove_prefix(1);
  skip_spaces(rest);
  if (rest.starts_with("(+")) rest.remove_prefix(std::min(rest.find(')'), rest.size() - 1) + 1);
  skip_spaces(rest);
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
/// perf script, "comm 123" or "comm 100/123", or, without comm, "123".
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
  const std::string_view pids = task.substr(task.rfind(' ') + 1);
  return is_pid(pids.substr(pids.find('/') + 1), pid);
}

/// What is before a colon, which there is.
std::string_view take_name(std::string_view& text) {
  const std::size_t colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  text.remove_prefix(colon + 1);
  return name;
}

/// The last number in it; 0 if there is none.
std::uint64_t last_number(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789";
  const std::size_t end = text.find_last_of(kDigits);
  if (end == std::string_view::npos) return 0;
  std::string_view digits = text.substr(0, end + 1);
  digits.remove_prefix(digits.find_last_not_of(kDigits) + 1);
  std::int64_t value = 0;
  take_digits(digits, value);
  return static_cast<std::uint64_t>(value);
}

/// "PERF_RECORD_LOST lost 12" and what else perf script shows of its own records: with
/// --show-lost-events, or when sampling was throttled.
void take_record(std::string_view text, Line& line) {
  const std::string_view name = text.substr(0, text.find_first_of(": "));
  const bool lost = name.starts_with("PERF_RECORD_LOST") || name == "PERF_RECORD_THROTTLE";
  line.kind = lost ? Line::Kind::lost : Line::Kind::comment;
  if (name.starts_with("PERF_RECORD_LOST")) line.lost = last_number(text);
}

/// "try_grab_folio(page=0x1, refs=1) <-caller": the function tracer with the option func-args.
void take_function(std::string_view text, Line& line) {
  line.function = true;
  const std::size_t open = text.find('(');
  const std::size_t close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return;
  line.event = text.substr(0, open);
  line.text = text.substr(open + 1, close - open - 1);
}

/// perf script prints a sample's period, if asked to, before the event.
void skip_period(std::string_view& text) {
  std::int64_t period = 0;
  std::string_view rest = text;
  if (!take_digits(rest, period) || !rest.starts_with(' ')) return;
  skip_spaces(rest);
  text = rest;
}

/// What is behind the time: the event, and its text.
void take_what(std::string_view rest, Line& line) {
  skip_period(rest);
  if (rest.starts_with("PERF_RECORD_")) return take_record(rest, line);
  line.kind = Line::Kind::event;
  const std::size_t colon = rest.find(':');
  const std::size_t space = rest.find(' ');
  const std::size_t caller = colon < space ? std::string_view::npos : rest.find("<-");
  if (caller != std::string_view::npos) return take_function(rest.substr(0, caller), line);
  if (colon == std::string_view::npos || space < colon) {
    line.text = rest;
    return;
  }
  line.event = take_name(rest);
  // "kprobes:gup_put: ...", as perf and some front ends print it.
  if (rest.find(':') < rest.find(' ') && !rest.starts_with(' ')) line.event = take_name(rest);
  skip_spaces(rest);
  line.text = rest;
}

void take_flags(std::string_view flags, Line& line) {
  line.flagged = true;
  if (flags.size() > 2) line.interrupt = flags[2];
}

/// Everything behind "[cpu]": flags, which trace-cmd may leave out, time, event, text.
bool take_event(std::string_view rest, Line& line) {
  skip_spaces(rest);
  if (!take_time(rest, line.time)) {
    const std::size_t end = rest.find(' ');
    if (end == std::string_view::npos) return false;
    take_flags(rest.substr(0, end), line);
    rest.remove_prefix(end);
    skip_spaces(rest);
    if (!take_time(rest, line.time)) return false;
  }
  take_what(rest, line);
  return true;
}

/// "CPU:1", "CPU 1" or "CPU1" somewhere in it; kAnyCpu if there is none.
std::uint16_t cpu_in(std::string_view text) {
  std::int64_t cpu = 0;
  const std::size_t at = text.find("CPU");
  if (at == std::string_view::npos) return kAnyCpu;
  text.remove_prefix(at + 3);
  while (text.starts_with(':') || text.starts_with(' ')) text.remove_prefix(1);
  return take_digits(text, cpu) && cpu < kAnyCpu ? static_cast<std::uint16_t>(cpu) : kAnyCpu;
}

/// The number before " EVENTS", " events" or " chunks"; 0 if there is none.
std::uint64_t lost_in(std::string_view text) {
  for (const char* unit : {" EVENTS", " events!", " events lost", " chunks"})
    if (const std::size_t at = text.find(unit); at != std::string_view::npos)
      if (at > 0 && is_digit(text[at - 1])) return last_number(text.substr(0, at));
  return 0;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// "CPU:1 [LOST 12 EVENTS]" of ftrace, "CPU:1 [12 EVENTS DROPPED]" of trace-cmd, perhaps behind a
/// machine's name, "lost 12 chunks" and "LOST 12 events!" of perf, and the like.
bool parse_lost(std::string_view text, Line& line) {
  const bool bracket = contains(text, "EVENTS") && text.find('[') != std::string_view::npos;
  const bool ftrace =
      bracket && (contains(text, "LOST") || contains(text, "MISSED") || contains(text, "DROPPED"));
  line.whole = contains(text, " lost ") && contains(text, " chunks");  // perf's last word
  const bool perf = contains(text, "PERF_RECORD_LOST") || line.whole ||
                    (contains(text, "LOST ") && contains(text, " events!")) ||
                    text.ends_with(" events lost");
  if (!ftrace && !perf) return false;
  line.kind = Line::Kind::lost;
  line.cpu = cpu_in(text);
  line.lost = contains(text, "PERF_RECORD_LOST") ? last_number(text) : lost_in(text);
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
  line.hits = static_cast<std::uint64_t>(hits);
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

/// " => function" of ftrace, "=> function (ffffffff81234567)" of trace-cmd.
bool is_frame(std::string_view text) {
  skip_spaces(text);
  return text.starts_with("=> ");
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
    line.task = text.substr(0, open);
    if (!take_pid(line.task, line.pid)) continue;
    line.cpu = static_cast<std::uint16_t>(cpu);
    if (take_event(rest, line)) return true;
  }
  return false;
}

/// "0d.h1." of the latency format: a CPU and its flags.
bool take_cpu_and_flags(std::string_view& text, Line& line) {
  constexpr std::string_view kFlags = ".dDbBXNnpPlLqhHsSzZ0123456789abcdef";
  constexpr std::size_t kFewest = 4;
  constexpr std::size_t kMost = 7;
  std::string_view rest = text;
  std::int64_t cpu = 0;
  if (!take_digits(rest, cpu)) return false;
  const std::string_view flags = rest.substr(0, rest.find(' '));
  if (flags.size() < kFewest || flags.size() > kMost ||
      flags.find_first_not_of(kFlags) != std::string_view::npos)
    return false;
  line.cpu = static_cast<std::uint16_t>(cpu);
  take_flags(flags, line);
  text.remove_prefix(text.size() - rest.size() + flags.size());
  return true;
}

/// "bash-994     0d.h1.   12us+: event: text" of ftrace, "bash-994     0d.h1 5.000001: event: text"
/// of trace-cmd.
bool parse_latency(std::string_view text, Line& line) {
  for (std::size_t dash = text.find('-'); dash != std::string_view::npos;
       dash = text.find('-', dash + 1)) {
    std::string_view rest = text.substr(dash + 1);
    std::int64_t pid = 0;
    if (!take_digits(rest, pid) || !rest.starts_with(' ')) continue;
    skip_spaces(rest);
    if (!take_cpu_and_flags(rest, line)) continue;
    skip_spaces(rest);
    if (!take_time(rest, line.time)) continue;
    line.pid = static_cast<std::int32_t>(pid);
    line.task = text.substr(0, dash);
    take_what(rest, line);
    return true;
  }
  return false;
}

/// "comm 12 5.000001: system:event: text": perf script without the CPU.
bool parse_without_cpu(std::string_view text, Line& line) {
  for (std::size_t colon = text.find(": "); colon != std::string_view::npos;
       colon = text.find(": ", colon + 1)) {
    const std::size_t begin = text.rfind(' ', colon) + 1;
    std::string_view rest = text.substr(begin);
    if (begin == 0 || rest.find('.') > colon - begin) continue;
    line.task = text.substr(0, begin);
    if (!take_pid(line.task, line.pid) || !take_time(rest, line.time)) continue;
    line.cpu = 0;
    take_what(rest, line);
    return !line.event.empty() || line.kind != Line::Kind::event;
  }
  return false;
}

/// "page_ref:page_ref_mod" and nothing else.
bool parse_enabled(std::string_view text, Line& line) {
  constexpr std::string_view kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) return false;
  const std::string_view name = text.substr(colon + 1);
  if (text.substr(0, colon).find_first_not_of(kLetters) != std::string_view::npos ||
      name.find_first_not_of(kLetters) != std::string_view::npos || is_digit(name.front()))
    return false;
  line.kind = Line::Kind::enabled;
  line.event = name;
  return true;
}

/// What trace-cmd says of the file before its events.
bool is_heading(std::string_view text) {
  return text.starts_with("cpus=") || text.starts_with("version = ") ||
         (text.starts_with("CPU") && text.ends_with(" is empty")) ||
         contains(text, "[SUBBUFFER START]");
}

Line parse_rare(std::string_view text) {
  for (const auto parse : {parse_latency, parse_without_cpu, parse_profile, parse_enabled})
    if (Line line; parse(text, line)) return line;
  return {};
}

}  // namespace

Line parse_line(std::string_view text) {
  Line line;
  while (!text.empty() && (text.back() == '\r' || text.back() == ' ')) text.remove_suffix(1);
  if (text.empty()) {
    line.kind = Line::Kind::blank;
  } else if (text.front() == '#') {  // NOLINT(bugprone-branch-clone): what looks like both is event
    line.kind = Line::Kind::comment;
  } else if (is_frame(text) || is_perf_frame(text)) {
    line.kind = Line::Kind::frame;
  } else if (parse_event(text, line)) {
    return line;
  } else if (line = {}; is_heading(text)) {
    line.kind = Line::Kind::comment;
  } else if (!parse_lost(text, line)) {
    return parse_rare(text);
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
    if (field.value.ends_with(',')) field.value.remove_suffix(1);
    return true;
  }
}

}  // namespace pincheck::trace
