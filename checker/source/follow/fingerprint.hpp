// SPDX-License-Identifier: MIT
// checker/source/follow: uses checker/source/value, checker/source/callee; used by checker/source/scan.
// checker/source/scan. Whether two paths go on alike: they are at the same place, and all that can
// still matter is the same. Paths that part at a branch without a consequence meet again, and loops
// close.
#pragma once

#include "checker/source/follow/path.hpp"

namespace pincheck::follow {

/// 128 bits: that two states have the same by chance is less likely than a wrong bit of memory.
struct Fingerprint {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  bool operator==(const Fingerprint&) const = default;
};

struct FingerprintHash {
  std::size_t operator()(const Fingerprint& one) const { return one.low; }
};

/// Of frames, live values, memory, counts, and of the facts about what these are made of. How often
/// a branch was open, how the path came here, and what objects and unknown words are called, do not
/// count.
Fingerprint fingerprint(Path&);

/// What is known of a word, whose name is the same in all states that go on alike.
struct RangeOf {
  Fingerprint whose;
  Term term{};
  value::Range range;
};
using Ranges = std::vector<RangeOf>;

struct Shape {
  Fingerprint print;  ///< of all but the ranges
  Ranges ranges;      ///< of what is not just anything
};
Shape shape(Path&);

}  // namespace pincheck::follow
