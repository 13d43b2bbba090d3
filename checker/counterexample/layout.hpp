// SPDX-License-Identifier: MIT
// checker/counterexample: uses shrinkers, checker/render, checker/mail; used by checker/judge, checker/reproduce.
// TOML that gets through the mail: lines that no mail program breaks, and what makes those whole
// that one broke.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pincheck::counterexample {

/// The longest line, bytes: with a mark in front, and what RFC 5322 asks for, 78.
inline constexpr std::size_t kMailColumns = 76;

/// The same TOML with no line over kMailColumns. `toml` has a statement a line, each as our writers
/// write it: basic strings, in tables and arrays of such.
std::string folded(std::string_view toml);

/// The text, which may be anything, with no line over kMailColumns: words go to a line below.
std::string as_comment(std::string_view text);

/// TOML whose lines were folded, broken, indented or joined.
struct Unfolded {
  std::string statements;  ///< up to the table [end], each on a line of its own
  std::string checksum;    ///< what [end] says it is; empty where the text ends before
};

/// What folded() and mail programs do to lines is undone. A line break in a string, and the blanks
/// around it, are one blank: a string that was written has none, and a mail program breaks at
/// blanks. Whether that is what was written, the checksum says.
Unfolded unfolded(std::string_view toml);

/// Of Unfolded::statements: 64 bits of FNV-1a, in 16 hexadecimal digits.
std::string checksum_of(std::string_view statements);

}  // namespace pincheck::counterexample
