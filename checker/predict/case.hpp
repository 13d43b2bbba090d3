// SPDX-License-Identifier: MIT
// checker/predict: uses checker/trace; used by checker/command.
// A test case: system calls that a program makes on a real kernel, and the scenario they stand for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/base/input.hpp"
#include "model/iterators/kind.hpp"
#include "model/question/scenario.hpp"

namespace pincheck::predict {

/// Bytes of a page on the kernels that cases run on.
inline constexpr std::int64_t kPageBytes = 4096;

struct Case {
  std::string file;  ///< that has it, for messages
  std::string name;
  std::string program;                ///< words for scripts/guest/pincase.c
  std::vector<std::string> syscalls;  ///< one per part of the scenario, in order
  std::int64_t bytes = 0;
  std::int64_t offset = 0;  ///< of the buffer in its first page
  Scenario scenario;        ///< the same calls on few pages

  /// Pages that the buffer touches.
  int pages() const { return static_cast<int>((offset + bytes + kPageBytes - 1) / kPageBytes); }
};

/// Reads a file of cases: one [scenario], and one [[case]] for each program. Throws InputError,
/// also where the pages of a buffer would not all be treated alike.
std::vector<Case> parse_cases(std::string_view text, const std::string& file, const Kinds&);

/// Those of corpus/cases, by file.
const std::vector<Case>& shipped_cases(const Kinds&);

/// Shipped names, or files of cases; all shipped ones if none is named. Throws InputError.
std::vector<Case> find_cases(const std::vector<std::string>& names_or_files, const Kinds&);

}  // namespace pincheck::predict
