// SPDX-License-Identifier: MIT
// checker/source/scan: uses checker/source/front, checker/source/follow, checker/report; used by checker/command.
// Verdicts of earlier runs, by what they came from: this program, the code that was read, what is
// said of callees, the bounds. A scan that was stopped goes on with it.
#pragma once

#include <optional>
#include <string>

#include "checker/source/follow/verdict.hpp"

namespace pincheck::scan {

class Store {
 public:
  /// In a folder that is there; `from`: all that verdicts come from, but the function.
  Store(std::string folder, const std::string& from);
  /// `file` defines the function, as the compiler was given it.
  std::optional<follow::Verdict> find(const std::string& file, const std::string& function) const;
  /// Throws InputError where the folder can't be written.
  void keep(const follow::Verdict&) const;

 private:
  std::string path(const std::string& file, const std::string& function) const;

  std::string folder_;
  std::string from_;
};

/// A digest of the program that runs.
std::string digest_of_this_program();

}  // namespace pincheck::scan
