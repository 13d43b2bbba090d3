// SPDX-License-Identifier: MIT
// model/base: used by model/language, checker/mail, checker/source/value, checker/source/callee, checker/source/front.
// checker/source/front. What time it is, and how much of it was computed.
#pragma once

#include <chrono>
#include <ctime>

namespace pincheck {

/// Seconds since a moment that is the same for the whole run; never goes back.
inline double now_seconds() {
  const auto time = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(time).count();
}

/// When the program began, in the seconds of now_seconds().
inline const double kBegan = now_seconds();

/// Seconds that all threads of this process have computed, together.
inline double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

}  // namespace pincheck
