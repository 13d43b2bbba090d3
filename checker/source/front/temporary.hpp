// SPDX-License-Identifier: MIT
// checker/source/front: uses model/base; used by checker/source/scan.
// A folder of ours for a while.
#pragma once

#include <fmt/format.h>
#include <llvm/Support/FileSystem.h>

#include <string>

#include "model/base/input.hpp"

namespace pincheck::front {

/// Made anew, and removed with what is in it.
class TemporaryFolder {
 public:
  /// Throws InputError where there can be none.
  TemporaryFolder() {
    llvm::SmallString<128> made;
    if (const auto error = llvm::sys::fs::createUniqueDirectory("pincheck", made))
      throw InputError(fmt::format("no temporary folder: {}", error.message()));
    path_ = std::string(made);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { llvm::sys::fs::remove_directories(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace pincheck::front
