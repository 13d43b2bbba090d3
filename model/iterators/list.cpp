// SPDX-License-Identifier: MIT
#include "model/iterators/list.hpp"

namespace pincheck {

Kinds linux_kinds() {
  return {
#define PINCHECK_CALL(name) kind::name(),
      PINCHECK_KINDS(PINCHECK_CALL)
#undef PINCHECK_CALL
  };
}

const Kind* find_kind(const Kinds& kinds, std::string_view name) {
  for (const Kind& kind : kinds)
    if (kind.name == name) return &kind;
  return nullptr;
}

}  // namespace pincheck
