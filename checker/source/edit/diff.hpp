// SPDX-License-Identifier: MIT
// checker/source/edit: uses checker/mail; used by checker/source/patch.
// Unified diffs, as diff -u and git write them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "checker/source/edit/texts.hpp"

namespace pincheck::edit {

struct Hunk {
  int at = 0;                                  ///< its line in the diff
  int old_line = 0;                            ///< where it belongs, from 1
  std::vector<std::string> before{}, after{};  ///< lines, each with its newline if it has one
};

struct FileDiff {
  int at = 0;                          ///< its line in the diff
  std::string old_name{}, new_name{};  ///< as they stand there; empty: there is no such file
  bool renames = false;                ///< or copies
  bool copies = false;
  std::vector<Hunk> hunks{};
};

/// All diffs in a text; what is around them is left out. Throws InputError: `name` says of what.
std::vector<FileDiff> read_diff(std::string_view text, const std::string& name);

/// Lines may have moved, but all that a hunk names must be there. Throws InputError, which names
/// the hunk that does not apply and the line that was expected.
void apply(const FileDiff&, const std::string& name, Texts&);

}  // namespace pincheck::edit
