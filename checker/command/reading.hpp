// SPDX-License-Identifier: MIT
// checker/command: uses checker/report, checker/export, checker/predict, checker/reproduce, checker/source/patch.
// What commands that read C are told: whose files, what callees do, how far to follow.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checker/command/command_line.hpp"
#include "checker/render/terminal.hpp"
#include "checker/source/front/tree.hpp"
#include "checker/source/scan/scan.hpp"

namespace pincheck::command {

class Reading {
 public:
  void declare(const Arguments&);
  /// What is shipped, and what the user says, which counts before it. Throws InputError.
  callee::Callees callees() const;
  /// None where files include pincheck.h only. Throws InputError.
  std::optional<front::Tree> tree() const;
  const std::string& folder() const { return tree_; }
  /// From now on Ctrl-C stops it, and progress is shown.
  scan::Options options(render::Progress&) const;

 private:
  std::string tree_;
  std::vector<std::string> headers_;
  std::vector<std::string> model_;
  scan::Options options_;
};

}  // namespace pincheck::command
