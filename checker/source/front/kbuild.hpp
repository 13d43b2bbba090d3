// SPDX-License-Identifier: MIT
// checker/source/front: uses model/base; used by checker/source/scan.
// What a kernel's makefiles say about one file, as far as it changes what the code means.
#pragma once

#include <string>
#include <vector>

namespace pincheck::front {

struct KbuildFile {
  std::vector<std::string> flags;       ///< -I, -D and -include, relative to the tree
  std::vector<std::string> conditions;  ///< CONFIG_…: all must be set for the file to be built
};

/// From the Makefile or Kbuild of the file's folder, or of the nearest one above it that has any,
/// and from what those above say of all that is below them (Documentation/kbuild/makefiles.rst).
/// Left out: make's functions, and what only some configurations set. `file` is relative to `tree`.
KbuildFile kbuild_of(const std::string& tree, const std::string& file);

}  // namespace pincheck::front
