// SPDX-License-Identifier: MIT
#include "model/callers/list.hpp"

namespace pincheck {

const std::vector<Caller>& callers() {
  static const std::vector<Caller> all{
#define PINCHECK_CALL(name) caller::name(),
      PINCHECK_CALLERS(PINCHECK_CALL)
#undef PINCHECK_CALL
  };
  return all;
}

const Caller* find_caller(std::string_view name) {
  for (const Caller& caller : callers())
    if (caller.name == name) return &caller;
  return nullptr;
}

}  // namespace pincheck
