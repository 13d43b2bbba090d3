// SPDX-License-Identifier: MIT
// checker/search: uses properties, model/compile; used by checker/explore.
// Random numbers for schedules: the same on every compiler and machine.
#pragma once

#include <cstdint>

namespace pincheck::search {

/// SplitMix64 (Steele, Lea, Flood 2014): tiny, fast, and good enough to pick schedules.
class Rng {
 public:
  explicit Rng(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  /// Uniform in [0, bound), bound > 0 and small: the bias of at most bound / 2^32 does not matter.
  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(((next() >> 32) * bound) >> 32);
  }

 private:
  std::uint64_t state_;
};

}  // namespace pincheck::search
