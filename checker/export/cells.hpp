// SPDX-License-Identifier: MIT
// checker/export: uses properties; used by checker/command.
// A short array of small numbers: an array in Murphi; in Promela, where arrays of bits take a byte
// an element, one packed number.
#pragma once

#include <string>

#include "checker/export/code.hpp"

namespace pincheck::exporting {

struct Cells {
  std::string name;
  int size = 1;
  int bits = 1;
  bool boolean = false;
};

Term zero_of(const Cells& cells);
Term value_at(Language language, const Cells& cells, const Term& index);
/// Sets one element; a boolean to "true" or "false".
void set_at(Code& code, const Cells& cells, const Term& index, const Term& value);
/// Drops the first element; the others move down, and a zero comes behind them.
void shift_down(Code& code, const Cells& cells);

}  // namespace pincheck::exporting
