// SPDX-License-Identifier: MIT
// checker/render: uses checker/explain; used by checker/counterexample.
// What a person at a terminal sees besides the report: progress, colour, and Ctrl-C.
#pragma once

#include <string>
#include <string_view>

namespace pincheck::render {

/// From now on Ctrl-C only sets a flag; a second one ends the process as usual.
void catch_interrupts();
bool interrupted();

/// Says it on standard error, if that can be: nobody depends on it.
void notice(const std::string& text);

/// Says on a line of standard error what is wrong. Messages quote what files say, which is not to
/// talk to the terminal.
void complain(std::string text);

/// Shows progress on standard error when that is a terminal, a few times a second.
class Progress {
 public:
  Progress();
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void show(std::string_view phase, std::size_t done, std::size_t all);
  void show(std::string_view text);
  /// Takes the line away, so that something else can be printed.
  void clear();

 private:
  bool terminal_;
  bool shown_ = false;
  double next_ = 0;
};

/// Columns of standard output; 100 where it is no terminal.
int terminal_width();
/// Whether standard output is a terminal that wants colour (NO_COLOR unset).
bool colours();
/// `text` in a colour, whether or not colours() says so.
enum class Colour { dim = 2, red = 31, green = 32, yellow = 33 };
std::string coloured(std::string_view text, Colour);
/// `text` in red or green when colours() says so.
std::string red(std::string_view text);
std::string green(std::string_view text);

}  // namespace pincheck::render
