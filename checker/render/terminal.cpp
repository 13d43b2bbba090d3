// SPDX-License-Identifier: MIT
#include "checker/render/terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "model/base/clock.hpp"

namespace pincheck::render {
namespace {

volatile std::sig_atomic_t interrupt_seen = 0;

extern "C" void on_interrupt(int) {
  interrupt_seen = 1;
  std::signal(SIGINT, SIG_DFL);
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

Progress::Progress() : terminal_(isatty(STDERR_FILENO) != 0) {}
Progress::~Progress() { clear(); }

void Progress::show(std::string_view phase, std::size_t done, std::size_t all) {
  show(fmt::format("{} {}/{}", phase, done, all));
}

void Progress::show(std::string_view text) {
  if (!terminal_ || now_seconds() < next_) return;
  next_ = now_seconds() + 0.2;
  shown_ = true;
  notice(fmt::format("\r\x1b[K{}", text));
}

void Progress::clear() {
  if (shown_) notice("\r\x1b[K");
  shown_ = false;
}

int terminal_width() {
  winsize size{};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 100;
}

bool colours() {
  static const bool wanted = isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
  return wanted;
}

std::string coloured(std::string_view text, Colour colour) {
  return fmt::format("\x1b[{}m{}\x1b[0m", static_cast<int>(colour), text);
}

std::string red(std::string_view text) { return on_terminal(text, Colour::red); }
std::string green(std::string_view text) { return on_terminal(text, Colour::green); }

}  // namespace pincheck::render
