// SPDX-License-Identifier: MIT
#include "model/paths/path.hpp"

namespace pincheck {

const std::vector<Path>& paths() {
  static const std::vector<Path> all{
      direct_read(), direct_write(), splice_read(), splice_write(), sendfile(),
      vmsplice(),    tee(),          pipe_read(),   pipe_write(),   store(),
      writeback(),   reclaim(),      truncate(),    munmap(),
  };
  return all;
}

const Path* find_path(std::string_view name) {
  for (const Path& path : paths())
    if (path.name == name) return &path;
  return nullptr;
}

}  // namespace pincheck
