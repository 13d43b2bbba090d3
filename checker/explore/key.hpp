// SPDX-License-Identifier: MIT
// checker/explore: uses checker/search; used by shrinkers, checker/story.
// A state packed into at most 128 bits, as the exhaustive search stores it.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace pincheck::explore {

/// A packed state. Which bits mean what is the space's business; unused high bits are 0.
__extension__ using Key = unsigned __int128;

inline constexpr Key low_bits(int count) { return count >= 128 ? ~Key{0} : (Key{1} << count) - 1; }
inline constexpr std::uint64_t low_word(Key key) { return static_cast<std::uint64_t>(key); }
inline constexpr std::uint64_t high_word(Key key) { return static_cast<std::uint64_t>(key >> 64); }

/// A 64-bit hash of a key: multiply to 128 bits and fold, twice (the mixing of Wang Yi's wyhash).
inline constexpr std::uint64_t hash_of(Key key) {
  constexpr std::uint64_t kFirst = 0xa0761d6478bd642fULL;
  constexpr std::uint64_t kSecond = 0xe7037ed1a0b428dbULL;
  const Key once = Key{low_word(key) ^ kFirst} * (high_word(key) ^ kSecond);
  const Key twice = Key{low_word(once) ^ kSecond} * (high_word(once) ^ kFirst);
  return low_word(twice) ^ high_word(twice);
}

/// A hash of a value's bytes.
template <class Value>
std::uint64_t hash_of_bytes(const Value& value) {
  static_assert(std::has_unique_object_representations_v<Value>);
  std::array<std::uint64_t, (sizeof value + 7) / 8> words{};
  std::memcpy(words.data(), &value, sizeof value);
  std::uint64_t sum = 0;
  for (const std::uint64_t word : words) sum = hash_of(Key{sum} << 64 | word);
  return sum;
}

}  // namespace pincheck::explore
