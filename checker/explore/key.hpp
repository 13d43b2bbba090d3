// SPDX-License-Identifier: MIT
// A state packed into at most 128 bits, as the exhaustive search stores it.
#pragma once

#include <cstdint>

namespace pincheck {

/// A packed state. Which bits mean what is the space's business; unused high bits are 0.
__extension__ using Key = unsigned __int128;

inline constexpr Key low_bits(int count) { return count >= 128 ? ~Key{0} : (Key{1} << count) - 1; }
inline constexpr std::uint64_t low_word(Key key) { return static_cast<std::uint64_t>(key); }
inline constexpr std::uint64_t high_word(Key key) { return static_cast<std::uint64_t>(key >> 64); }

/// A 64-bit mix of a key (multiply and fold, as in Steele and Vigna's generators): every bit of the
/// key reaches every bit of the result.
inline constexpr std::uint64_t hash_of(Key key) {
  const auto fold = [](std::uint64_t a, std::uint64_t b) {
    const Key product = static_cast<Key>(a) * b;
    return low_word(product) ^ high_word(product);
  };
  const std::uint64_t once =
      fold(low_word(key) ^ 0x9e3779b97f4a7c15ULL, high_word(key) ^ 0xd1b54a32d192ed03ULL);
  return fold(once ^ low_word(key), 0xff51afd7ed558ccdULL);
}

}  // namespace pincheck
