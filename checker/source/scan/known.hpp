// SPDX-License-Identifier: MIT
// checker/source/scan: uses checker/source/front, checker/source/follow, checker/report; used by checker/command.
// Findings that a person has read: with those out of the way, only news fails.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "checker/source/scan/scan.hpp"

namespace pincheck::scan {

class KnownFindings {
 public:
  /// Adds a file's: each `[[finding]]` has file, function, wrong, kernels, class and reading.
  /// Throws InputError: an unknown key or word, a key that is missing.
  void read(std::string_view text, const std::string& file);
  /// Says in each finding of such a function, and in those of its callers that have the same cause,
  /// what was said of it.
  void mark(std::vector<FileResult>&) const;

 private:
  struct Known {
    std::string file;
    std::string function;
    follow::Wrong wrong{};
    std::string said;  ///< "real", "false" or "contract"
  };
  const Known* find(const FileResult&, const follow::Verdict&, const follow::Finding&) const;

  std::vector<Known> all_;
};

}  // namespace pincheck::scan
