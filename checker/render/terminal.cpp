// SPDX-License-Identifier: MIT
#include "checker/render/terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "checker/render/words.hpp"
#include "model/base/clock.hpp"

namespace pincheck::render {
namespace {

volatile std::sig_atomic_t interrupt_seen = 0;

extern "C" void on_interrupt(int) {
  interrupt_seen = 1;
  std::signal(SIGINT, SIG_DFL);
}

constexpr std::size_t kUsualWidth = 80;

std::optional<bool> chosen_colours;

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool is_dumb() { return variable("TERM") == "dumb"; }

/// Of a terminal that says so.
std::optional<std::size_t> columns_of(int descriptor) {
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
  return size.ws_col;
}

/// COLUMNS, where it is a number.
std::optional<std::size_t> columns_wanted() {
  const std::string_view text = variable("COLUMNS");
  std::size_t columns = 0;
  const auto [end, error] = std::from_chars(text.begin(), text.end(), columns);
  if (error != std::errc{} || end != text.end() || columns == 0) return std::nullopt;
  return columns;
}

std::string on_terminal(std::string_view text, Colour colour) {
  return colours() ? coloured(text, colour) : std::string(text);
}

}  // namespace

void catch_interrupts() { std::signal(SIGINT, on_interrupt); }
bool interrupted() { return interrupt_seen != 0; }

void notice(const std::string& text) { std::fputs(text.c_str(), stderr); }

void complain(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; }, '?');
  notice(fmt::format("pincheck: {}\n", text));
}

Progress::Progress() : terminal_(isatty(STDERR_FILENO) != 0 && !is_dumb()) {}
Progress::~Progress() { clear(); }

void Progress::show(std::string_view phase, std::size_t done, std::size_t all,
                    std::string_view more) {
  const double now = now_seconds();
  if (phase != phase_) {
    phase_ = phase;
    began_ = now;
    done_then_ = done;
  }
  std::string text = fmt::format("{} {}/{}", phase, done, all);
  const double took = now - began_;
  if (took > 1 && done > done_then_) {
    const double rate = static_cast<double>(done - done_then_) / took;
    const double left = static_cast<double>(all - done) / rate;
    text += fmt::format(", {:.{}f}/s", rate, rate < 10 ? 1 : 0);
    if (end_ == 0 || left < end_ - now) text += fmt::format(", {} left", duration_words(left));
  }
  show(text.append(more));
}

void Progress::show(std::string_view text) {
  const double now = now_seconds();
  if (!terminal_ || now < next_) return;
  next_ = now + 0.2;
  shown_ = true;
  std::string line(text);
  if (end_ > now) line += fmt::format(", {} of the budget left", duration_words(end_ - now));
  line.resize(std::min(line.size(), columns_of(STDERR_FILENO).value_or(kUsualWidth) - 1));
  notice(fmt::format("\r\x1b[K{}", line));
}

void Progress::clear() {
  if (shown_) notice("\r\x1b[K");
  shown_ = false;
}

std::string duration_words(double seconds) {
  constexpr std::int64_t kMost = 1'000'000'000;  // longer than anybody waits
  const auto whole = static_cast<std::int64_t>(std::clamp<double>(seconds, 0, kMost) + 0.5);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

std::size_t terminal_width() {
  constexpr std::size_t kLeast = 20;
  const auto terminal = columns_of(STDOUT_FILENO);
  const std::size_t width = columns_wanted().value_or(terminal.value_or(kUsualWidth));
  return std::max(kLeast, terminal ? width : std::min(width, kUsualWidth));
}

std::string fitted_to_terminal(const std::string& text) {
  return isatty(STDOUT_FILENO) != 0 ? fitted(text, terminal_width()) : text;
}

bool colours() {
  static const bool wanted =
      isatty(STDOUT_FILENO) != 0 && variable("NO_COLOR").empty() && !is_dumb();
  return chosen_colours.value_or(wanted);
}

void choose_colours(std::string_view when) {
  chosen_colours.reset();
  if (when != "auto") chosen_colours = when == "always";
}

std::string coloured(std::string_view text, Colour colour) {
  return fmt::format("\x1b[{}m{}\x1b[0m", static_cast<int>(colour), text);
}

std::string red(std::string_view text) { return on_terminal(text, Colour::red); }
std::string green(std::string_view text) { return on_terminal(text, Colour::green); }

}  // namespace pincheck::render
