// SPDX-License-Identifier: MIT
// checker/source/edit: uses checker/mail; used by checker/source/patch.
// Edits on C source: what is to be changed, by name, and the changed text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pincheck::edit {

/// What is done. Of calls, all but the last four.
enum class Does : std::uint8_t {
  drop,           ///< the call
  replace,        ///< the callee by `to`
  repeat,         ///< the call, at once
  move_before,    ///< the call's statement, before the one that calls `to`
  move_after,     ///< and behind it
  argument,       ///< number `argument` becomes `code`
  instead,        ///< `code`, an expression, instead of the call
  insert_before,  ///< `code`, statements, before the call's
  insert_after,   ///< and behind it
  body,           ///< `code`, statements, instead of what the function does
  add_function,   ///< `code` before the function
  add_field,      ///< `code` as the last of the struct
  constant,       ///< `code` is what a #define or an enum's constant is
};

struct Edit {
  std::string where;  ///< "edits.toml:3:1: [[edit]]", for messages
  Does does{};
  std::string file;       ///< in the tree
  std::string name{};     ///< of the function, struct or constant
  int definition = 0;     ///< which one of that name, from 1; 0: the only one
  std::string call{};     ///< the callee
  int occurrence = 0;     ///< in the function, from 1; 0: the only one
  std::string to{};       ///< another callee
  int to_occurrence = 0;  ///< of a move
  int argument = 0;       ///< from 1
  std::string code{};     ///< C, on one line
};

/// The `[[edit]]`s of a file. Throws InputError.
std::vector<Edit> read_edits(std::string_view text, const std::string& file);

/// The file's text with the edit; all lines keep their numbers. Throws InputError where what it
/// names is not there, or is there more than once: with the lines where it is.
std::string edited(const Edit&, const std::string& source);

}  // namespace pincheck::edit
