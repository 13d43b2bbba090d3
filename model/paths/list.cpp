// SPDX-License-Identifier: MIT
#include "model/paths/path.hpp"

namespace pincheck {

// Those of a file are about one thing; its comment says what.
Path direct_read();
Path direct_write();
Path splice_read();
Path splice_write();
Path sendfile();
Path vmsplice();
Path tee();
Path pipe_read();
Path pipe_write();
Path store();
Path writeback();
Path reclaim();
Path truncate();
Path munmap();

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
