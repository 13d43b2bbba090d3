// SPDX-License-Identifier: MIT
// What pincheck's exit status says. Where several apply, the gravest wins: see graver().
#pragma once

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

}  // namespace pincheck
