// SPDX-License-Identifier: MIT
// checker/source/patch: uses checker/source/edit, checker/source/scan; used by checker/command.
// Which functions a change can matter to: those whose code differs, and all that come to them.
#pragma once

#include <llvm/IR/Module.h>

#include <map>
#include <set>
#include <string>

namespace pincheck::patch {

/// What a program's functions and variables are made of, by name: what several files have of one
/// name counts together.
class Makeup {
 public:
  /// Adds a file's. What tells of the source only (lines, types' names) is taken out of it.
  void add(llvm::Module&);

  struct Part {
    std::string text;
    std::set<std::string> uses;  ///< names of others
    bool is_function = false;
  };
  const std::map<std::string, Part>& parts() const { return parts_; }

 private:
  std::map<std::string, Part> parts_;
};

struct Touched {
  std::set<std::string> changed;  ///< functions that are on both sides, and differ
  /// These, those on one side only, and those that come to them, or to variables that differ.
  std::set<std::string> all;
  std::set<std::string> adapted;  ///< what a function that differs calls or names
};
Touched touched(const Makeup& before, const Makeup& after);

}  // namespace pincheck::patch
