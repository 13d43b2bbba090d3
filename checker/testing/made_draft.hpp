// SPDX-License-Identifier: MIT
// checker/testing: uses checker/report, checker/predict, checker/reproduce; used by all tests.
// What the parts of a made function (made_c.hpp) have in common: the numbers that decide, and text
// with holes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace pincheck::test {

/// A hole's text, or number.
struct Hole {
  std::string text;
  Hole(std::string its) : text(std::move(its)) {}
  Hole(std::string_view its) : text(its) {}
  Hole(const char* its) : text(its) {}
  Hole(int its) : text(std::to_string(its)) {}
};

/// "%0" to "%9" are replaced by the first to the tenth.
inline std::string fill(std::string_view text, std::initializer_list<Hole> holes) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_hole = text[i] == '%' && i + 1 < text.size() && text[i + 1] >= '0' &&
                         text[i + 1] < static_cast<char>('0' + holes.size());
    if (!is_hole)
      out += text[i];
    else
      out += (holes.begin() + (text[++i] - '0'))->text;
  }
  return out;
}

struct Draft {
  const std::vector<std::uint32_t>& numbers;
  std::size_t at = 0;
  int names = 0;                     ///< that were given
  int bits = 0;                      ///< of `s` that were asked for
  int spoils_left = 0;               ///< how much may still be made wrong
  std::string declared{};            ///< variables of the block, which begin anew with it
  std::string storage{};             ///< variables of the function: nobody has filled them in
  std::vector<std::string> flags{};  ///< variables that keep the answer to a question

  /// Below `n`. When the numbers are used up, 0: what is simplest.
  unsigned draw(unsigned n) { return at < numbers.size() ? numbers[at++] % n : 0; }
  bool once_in(unsigned n) { return draw(n) == n - 1; }
  /// One of so many places is made wrong, as long as any may be.
  bool spoils(unsigned places = 4) {
    if (spoils_left == 0 || !once_in(places)) return false;
    --spoils_left;
    return true;
  }
  std::string_view one_of(std::initializer_list<std::string_view> all) {
    return *(all.begin() + draw(static_cast<unsigned>(all.size())));
  }
  int name() { return ++names; }
  /// Something about the two lowest bits of `s`.
  std::string bit() {
    bits = 2;
    return std::string(
        one_of({"s & 1", "s & 2", "(s & 3) == 2", "(s & 3) > 1", "s >> 1 & 1", "s % 2 == 1",
                "!((s ^ 3) & 1)", "((s & 3) + 1) & 2", "(s & 3) * 2 < 3", "(unsigned char)s & 2",
                "(s | 2) == s", "(s & 1) == (s >> 1 & 1)"}));
  }
};

/// How to leave a block, as statements: where nothing was taken, and where it was.
struct Exits {
  std::string without, with;
};

/// What was taken, as text.
struct Taken {
  std::string text;      ///< statements that take it
  std::string drop;      ///< statements; nothing happens where arrays are empty
  std::string check{};   ///< whether it is held, wherever that is asked; empty: nobody can tell
  std::string forget{};  ///< statements: it is held no longer, and `check` says so
  std::string page{};    ///< one page of it, which is held behind `text`; empty: it may have none
  std::string keep{};    ///< statements that add it to the box %9; empty: it cannot be given away
  std::string array{};   ///< it is `count` pages in an array; empty: it is not
  std::string count{};
  std::string single{};  ///< it is the page in this variable; empty: it is not
  bool pinned = false;   ///< what is held of an array, or single, are pins
};

/// Statements that give what was taken to a box.
inline std::string given_to(const std::string& box, const Taken& taken) {
  return fill(taken.keep, {"", "", "", "", "", "", "", "", "", box});
}

/// Takes something new, or another reference to a page that is held.
Taken take(Draft&, const Exits&, const std::string& held_page);
/// What is in an array, or a single page, moved to somewhere else.
Taken moved(Draft&, const Taken&, const Exits&);
/// Statements that change no count, or spoil it.
std::string twist(Draft&, const Taken&);

}  // namespace pincheck::test
