// SPDX-License-Identifier: MIT
// checker/command: uses checker/report, checker/export, checker/predict, checker/reproduce, checker/source/patch.
// checker/source/scan. What can come next on a command line.
#pragma once

#include <string>
#include <vector>

#include "checker/command/interface.hpp"

namespace pincheck::command {

struct Candidates {
  struct One {
    std::string word;
    std::string about{};
  };
  std::vector<One> all;
  bool files = false;    ///< names of files, too
  bool folders = false;  ///< names of folders
  bool goes_on = false;  ///< the word is not at its end yet: no space behind it
};

/// What the word number `at` can be, which may be one behind the last; without the program's name,
/// and as bash splits them or whole ("--format=json").
Candidates completed(const std::vector<std::string>& words, std::size_t at,
                     const std::vector<Interface>&);

}  // namespace pincheck::command
