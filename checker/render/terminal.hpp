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

/// Shows progress on standard error when that is a terminal that can take a line back (any but
/// TERM=dumb), a few times a second.
class Progress {
 public:
  Progress();
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// From now on the end of the budget counts: the clock's seconds then (model/base/clock.hpp).
  void ends_at(double end) { end_ = end; }
  /// How much of it is done, how fast it goes, how long it may take yet; `more` at the end.
  void show(std::string_view phase, std::size_t done, std::size_t all, std::string_view more = "");
  void show(std::string_view text);
  /// Takes the line away, so that something else can be printed.
  void clear();

 private:
  bool terminal_;
  bool shown_ = false;
  double next_ = 0;
  double end_ = 0;     ///< 0: none
  std::string phase_;  ///< and when it began, how far it was then
  double began_ = 0;
  std::size_t done_then_ = 0;
};

/// "8 s", "3 min 5 s", "2 h 5 min".
std::string duration_words(double seconds);

/// Columns of standard output: COLUMNS, or the terminal's, or 80; at most 80 where it is no
/// terminal, and never less than 20.
std::size_t terminal_width();
/// As the terminal's width has it; unchanged where standard output is none.
std::string fitted_to_terminal(const std::string&);
/// Whether standard output is a terminal that wants colour: NO_COLOR is unset or empty, TERM is not
/// dumb. choose_colours() has the last word: "auto", "always", "never".
bool colours();
void choose_colours(std::string_view when);
/// `text` in a colour, whether or not colours() says so.
enum class Colour { dim = 2, red = 31, green = 32, yellow = 33 };
std::string coloured(std::string_view text, Colour);
/// `text` in red or green when colours() says so.
std::string red(std::string_view text);
std::string green(std::string_view text);

}  // namespace pincheck::render
