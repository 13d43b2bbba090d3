// SPDX-License-Identifier: MIT
// checker/source/front: uses model/base; used by checker/source/scan.
// Files that the compiler reads other text of. What is on the disk stays as it is.
#pragma once

#include <map>
#include <string>

#include "checker/source/front/temporary.hpp"

namespace pincheck::front {

class Overlay {
 public:
  /// `texts`: by absolute path; there need be no such file. Throws InputError where there is no
  /// room for temporary files.
  explicit Overlay(const std::map<std::string, std::string>& texts);

  /// For clang's -ivfsoverlay.
  std::string file() const { return folder_.path() + "/overlay.yaml"; }
  /// Other texts, another digest.
  const std::string& digest() const { return digest_; }

 private:
  TemporaryFolder folder_;
  std::string digest_;
};

}  // namespace pincheck::front
