// SPDX-License-Identifier: MIT
#include "model/paths/list.hpp"

namespace pincheck {

const std::vector<Path>& paths() {
  static const std::vector<Path> all{
#define PINCHECK_CALL(name) path::name(),
      PINCHECK_PATHS(PINCHECK_CALL)
#undef PINCHECK_CALL
  };
  return all;
}

const Path* find_path(std::string_view name) {
  for (const Path& path : paths())
    if (path.name == name) return &path;
  return nullptr;
}

}  // namespace pincheck
