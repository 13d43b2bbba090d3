// SPDX-License-Identifier: MIT
// model/base: used by model/language, checker/mail, checker/source/value, checker/source/callee, checker/source/front.
// checker/source/front. What the exit status says, of every command.
#pragma once

#include <array>

namespace pincheck {

enum ExitCode : int {
  kAsExpected = 0,   ///< as declared, holds, nothing violated
  kDiffers = 1,      ///< violated, or differing from what is declared
  kBadInput = 2,     ///< bad input or usage
  kNotFinished = 3,  ///< time, memory, interrupted
  kNotCovered = 4,   ///< something that should have been reached never was
  kVacuous = 5,      ///< nothing was judged: no I/O could happen, not stated, no relevant event
  kUnreadable = 6,   ///< trace: the file was recognised, but it is no trace that can be read
};

/// The graver of two: 2, 6, 1, 3, 5, 4, 0.
constexpr ExitCode graver(ExitCode one, ExitCode other) {
  constexpr std::array<int, 7> kGravity{0, 4, 6, 3, 1, 2, 5};  // by code
  return kGravity[one] < kGravity[other] ? other : one;
}

}  // namespace pincheck
