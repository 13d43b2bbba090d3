// SPDX-License-Identifier: MIT
#include "checker/export/cells.hpp"

#include <fmt/format.h>

namespace pincheck::exporting {
namespace {

Term shift_of(const Cells& cells, const Term& index) {
  if (cells.bits == 1) return fmt::format("({})", index);
  return fmt::format("{}*({})", cells.bits, index);
}

}  // namespace

Term zero_of(const Cells& cells) { return cells.boolean ? "false" : "0"; }

Term value_at(Language language, const Cells& cells, const Term& index) {
  if (cells.size == 1) return cells.name;
  if (language == Language::murphi) return fmt::format("{}[{}]", cells.name, index);
  return fmt::format("(({} >> {}) & {})", cells.name, shift_of(cells, index),
                     (1 << cells.bits) - 1);
}

void set_at(Code& code, const Cells& cells, const Term& index, const Term& value) {
  if (cells.size == 1 || !code.promela())
    return code.set(value_at(code.language(), cells, index), value);
  const int mask = (1 << cells.bits) - 1;
  const Term shift = shift_of(cells, index);
  const Term cleared = fmt::format("{} & ~({} << {})", cells.name, mask, shift);
  if (value == "false" || value == "0") return code.set(cells.name, cleared);
  if (value == "true")
    return code.set(cells.name, fmt::format("{} | ({} << {})", cells.name, mask, shift));
  code.set(cells.name, fmt::format("({}) | (({}) << {})", cleared, value, shift));
}

void shift_down(Code& code, const Cells& cells) {
  if (cells.size == 1) return code.set(cells.name, zero_of(cells));
  if (code.promela()) return code.set(cells.name, fmt::format("{} >> {}", cells.name, cells.bits));
  for (int k = 0; k + 1 < cells.size; ++k)
    code.set(fmt::format("{}[{}]", cells.name, k), fmt::format("{}[{}]", cells.name, k + 1));
  code.set(fmt::format("{}[{}]", cells.name, cells.size - 1), zero_of(cells));
}

}  // namespace pincheck::exporting
