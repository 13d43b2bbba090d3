// SPDX-License-Identifier: MIT
#include "checker/source/value/range.hpp"

#include <algorithm>

namespace pincheck::value {

Range Range::between(std::uint64_t low, std::uint64_t high) {
  Range out;
  if (low <= high) out.append({low, high});
  return out;
}

Range Range::below(std::uint64_t word, unsigned width, bool is_signed) {
  const std::uint64_t least = is_signed ? std::uint64_t{1} << (width - 1) : 0;
  const std::uint64_t count = (word - least) & mask(width);
  if (count == 0) return {};
  return between(0, count - 1).plus(least, width);
}

Range Range::above(std::uint64_t word, unsigned width, bool is_signed) {
  return below(word, width, is_signed).join(one(word)).complement(width);
}

bool Range::has(std::uint64_t word) const {
  return std::any_of(begin(), end(),
                     [&](const Interval& one) { return one.low <= word && word <= one.high; });
}

std::optional<std::uint64_t> Range::only() const {
  if (size_ != 1 || parts_[0].low != parts_[0].high) return std::nullopt;
  return parts_[0].low;
}

std::int64_t Range::lowest_signed(unsigned width) const {
  const std::uint64_t sign = std::uint64_t{1} << (width - 1);
  return as_signed(plus(sign, width).lowest() - sign, width);
}

std::int64_t Range::highest_signed(unsigned width) const {
  const std::uint64_t sign = std::uint64_t{1} << (width - 1);
  return as_signed(plus(sign, width).highest() - sign, width);
}

Range Range::meet(const Range& other) const {
  Range out;
  for (const Interval *a = begin(), *b = other.begin(); a != end() && b != other.end();) {
    const Interval common{std::max(a->low, b->low), std::min(a->high, b->high)};
    if (common.low <= common.high) out.append(common);
    ++(a->high < b->high ? a : b);
  }
  return out;
}

Range Range::join(const Range& other) const {
  Range out;
  const Interval *a = begin(), *b = other.begin();
  while (a != end() || b != other.end()) {
    const bool first = b == other.end() || (a != end() && a->low <= b->low);
    out.append(first ? *a++ : *b++);
  }
  return out;
}

Range Range::complement(unsigned width) const {
  Range out;
  std::uint64_t next = 0;
  for (const Interval& one : *this) {
    if (one.low > next) out.append({next, one.low - 1});
    if (one.high == mask(width)) return out;
    next = one.high + 1;
  }
  out.append({next, mask(width)});
  return out;
}

Range Range::plus(std::uint64_t k, unsigned width) const {
  k &= mask(width);
  Range wrapped, out;
  for (const Interval& one : *this) {
    if (one.high - one.low >= mask(width)) return all(width);
    const Interval moved{(one.low + k) & mask(width), (one.high + k) & mask(width)};
    if (moved.low <= moved.high) {
      // What wrapped comes later in the order of words, and is lower.
      (one.low + k > mask(width) || one.low + k < k ? wrapped : out).append(moved);
      continue;
    }
    out.append({moved.low, mask(width)});
    wrapped.append({0, moved.high});
  }
  return wrapped.join(out);
}

Range Range::negated(unsigned width) const {
  Range out;
  for (const Interval& one : *this) {
    const Interval turned{(0 - one.high) & mask(width), (0 - one.low) & mask(width)};
    if (turned.low <= turned.high) {
      out = out.join(between(turned.low, turned.high));
      continue;
    }
    out = out.join(between(turned.low, mask(width))).join(between(0, turned.high));
  }
  return out;
}

void Range::append(Interval next) {
  if (size_ > 0) {
    Interval& last = parts_[size_ - 1];
    if (next.low <= last.high || next.low == last.high + 1) {
      last.high = std::max(last.high, next.high);
      return;
    }
  }
  if (size_ == kMost) {
    join_nearest();
  }
  parts_[size_++] = next;
}

void Range::join_nearest() {
  int nearest = 0;
  const auto gap = [&](int i) { return parts_[i + 1].low - parts_[i].high; };
  for (int i = 1; i + 1 < size_; ++i)
    if (gap(i) < gap(nearest)) nearest = i;
  parts_[nearest].high = parts_[nearest + 1].high;
  std::move(parts_.begin() + nearest + 2, parts_.begin() + size_, parts_.begin() + nearest + 1);
  parts_[--size_] = {};
}

}  // namespace pincheck::value
