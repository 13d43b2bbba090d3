// SPDX-License-Identifier: MIT
#include "checker/source/value/range.hpp"

#include <rapidcheck/catch.h>
#include <bitset>
#include <catch2/catch.hpp>

namespace pincheck::value {
namespace {

constexpr unsigned kWidth = 6;
using Words = std::bitset<1 << kWidth>;

Words words_of(const Range& range) {
  Words out;
  for (std::uint64_t word = 0; word <= mask(kWidth); ++word) out[word] = range.has(word);
  return out;
}

/// At most two intervals, so that no operation below joins any.
Range made(const std::vector<std::pair<int, int>>& pairs) {
  Range out;
  for (std::size_t i = 0; i < pairs.size() && i < 2; ++i)
    out = out.join(Range::between(static_cast<std::uint64_t>(pairs[i].first) & mask(kWidth),
                                  static_cast<std::uint64_t>(pairs[i].second) & mask(kWidth)));
  return out;
}

using Pairs = std::vector<std::pair<int, int>>;

}  // namespace

TEST_CASE("range: sets of words, taken one by one", "[source]") {
  rc::prop("meet, join, complement", [](const Pairs& p, const Pairs& q) {
    const Range a = made(p), b = made(q);
    RC_ASSERT(words_of(a.meet(b)) == (words_of(a) & words_of(b)));
    RC_ASSERT(words_of(a.join(b)) == (words_of(a) | words_of(b)));
    RC_ASSERT(words_of(a.complement(kWidth)) == ~words_of(a));
  });
  rc::prop("plus, negated", [](const Pairs& p, std::uint8_t k) {
    const Range a = made(p);
    Words moved, turned;
    for (std::uint64_t word = 0; word <= mask(kWidth); ++word) {
      if (!a.has(word)) continue;
      moved[(word + k) & mask(kWidth)] = true;
      turned[(0 - word) & mask(kWidth)] = true;
    }
    RC_ASSERT(words_of(a.plus(k, kWidth)) == moved);
    RC_ASSERT(words_of(a.negated(kWidth)) == turned);
  });
  rc::prop("below, above, signed bounds", [](std::uint8_t raw, bool is_signed) {
    const std::uint64_t word = raw & mask(kWidth);
    const auto order = [&](std::uint64_t w) {
      return is_signed ? as_signed(w, kWidth) : static_cast<std::int64_t>(w);
    };
    const Range below = Range::below(word, kWidth, is_signed);
    const Range above = Range::above(word, kWidth, is_signed);
    for (std::uint64_t other = 0; other <= mask(kWidth); ++other) {
      RC_ASSERT(below.has(other) == (order(other) < order(word)));
      RC_ASSERT(above.has(other) == (order(other) > order(word)));
    }
    if (is_signed && !below.empty()) RC_ASSERT(below.highest_signed(kWidth) == order(word) - 1);
    if (is_signed && !above.empty()) RC_ASSERT(above.lowest_signed(kWidth) == order(word) + 1);
  });
}

TEST_CASE("range: many intervals are joined, and none is lost", "[source]") {
  rc::prop("join of many", [](const std::vector<std::uint8_t>& words) {
    Range all;
    for (const std::uint8_t word : words) all = all.join(Range::one(word));
    for (const std::uint8_t word : words) RC_ASSERT(all.has(word));
  });
}

}  // namespace pincheck::value
