// SPDX-License-Identifier: MIT
// checker/source/value: uses model/base; used by checker/source/follow.
// Sets of machine words, as a few intervals: what a term can be.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <utility>

namespace pincheck::value {

/// All ones, of so many bits (1 to 64).
constexpr std::uint64_t mask(unsigned width) {
  return width >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
}

/// The word read as two's complement.
constexpr std::int64_t as_signed(std::uint64_t word, unsigned width) {
  if (width >= 64) return static_cast<std::int64_t>(word);
  const std::uint64_t sign = std::uint64_t{1} << (width - 1);
  return static_cast<std::int64_t>(((word & mask(width)) ^ sign) - sign);
}

/// Unsigned words: sorted, disjoint intervals, both ends included. Where there would be more than
/// kMost, the nearest are joined: a range may have words too many, never too few.
class Range {
 public:
  struct Interval {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    bool operator==(const Interval&) const = default;
  };
  static constexpr int kMost = 5;

  Range() = default;  ///< empty
  static Range all(unsigned width) { return between(0, mask(width)); }
  static Range one(std::uint64_t word) { return between(word, word); }
  static Range between(std::uint64_t low, std::uint64_t high);
  /// The words below, or above, `word`; signed or not.
  static Range below(std::uint64_t word, unsigned width, bool is_signed);
  static Range above(std::uint64_t word, unsigned width, bool is_signed);

  bool empty() const { return size_ == 0; }
  bool has(std::uint64_t word) const;
  std::optional<std::uint64_t> only() const;
  const Interval* begin() const { return parts_.data(); }
  const Interval* end() const { return parts_.data() + size_; }
  std::uint64_t lowest() const { return parts_[0].low; }
  std::uint64_t highest() const { return parts_[size_ - 1].high; }
  std::int64_t lowest_signed(unsigned width) const;
  std::int64_t highest_signed(unsigned width) const;

  Range without(const Range& other, unsigned width) const { return meet(other.complement(width)); }
  Range meet(const Range& other) const;
  Range join(const Range& other) const;
  Range complement(unsigned width) const;
  /// Each word and `k`, modulo 2^width.
  Range plus(std::uint64_t k, unsigned width) const;
  Range negated(unsigned width) const;
  bool operator==(const Range&) const = default;

 private:
  /// In ascending order of `low`.
  void append(Interval next);
  void join_nearest();

  std::array<Interval, kMost> parts_{};
  std::uint8_t size_ = 0;
};

}  // namespace pincheck::value
