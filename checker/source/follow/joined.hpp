// SPDX-License-Identifier: MIT
// checker/source/follow: uses checker/source/value, checker/source/callee; used by checker/source/scan.
// checker/source/scan. States that differ in nothing but what is known of their numbers, as one
// that stands for all of them: property simulation (Das, Lerner and Seigle, ESP, 2002).
#pragma once

#include <unordered_map>

#include "checker/source/follow/fingerprint.hpp"

namespace pincheck::follow {

class Joined {
 public:
  /// False: what the state can be was there before. Else it can be, from now on, what any of those
  /// was that were there with the same pages.
  bool add(Path&);
  /// One that was added later stands for the state, too.
  static bool is_replaced(const State& state) {
    return state.joining != nullptr && *state.joining != state.joined;
  }

 private:
  struct Place {
    Ranges ranges;
    int joined = 0;
  };
  std::unordered_map<Fingerprint, Place, FingerprintHash> known_;
};

}  // namespace pincheck::follow
