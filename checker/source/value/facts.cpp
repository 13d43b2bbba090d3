// SPDX-License-Identifier: MIT
#include "checker/source/value/facts.hpp"

#include <algorithm>

namespace pincheck::value {
namespace {

/// Multiples up to this stay exact in sums of ranges.
constexpr std::uint64_t kSmallFactor = 1 << 20;

Range times(const Range& range, std::uint64_t k, unsigned width) {
  if (k == 1) return range;
  if (k == mask(width)) return range.negated(width);
  if (const auto word = range.only()) return Range::one(*word * k & mask(width));
  if (k <= kSmallFactor && !range.empty() && range.highest() <= mask(width) / 2 / k)
    return Range::between(range.lowest() * k, range.highest() * k);
  return Range::all(width);
}

/// All sums of one word of each, where neither wraps.
Range plus(const Range& a, const Range& b, unsigned width) {
  if (const auto word = b.only()) return a.plus(*word, width);
  if (const auto word = a.only()) return b.plus(*word, width);
  if (a.empty() || b.empty()) return {};
  if (a.highest() > mask(width) - b.highest()) return Range::all(width);
  return Range::between(a.lowest() + b.lowest(), a.highest() + b.highest());
}

/// No word of it came about by wrapping: all are at least what was added.
bool goes_up(const Range& range, const Split& at) {
  return at.offset >= 0 && range.lowest() >= static_cast<std::uint64_t>(at.offset);
}

}  // namespace

Range Facts::own(const Terms& terms, Term term) const {
  const auto place = std::lower_bound(known_.begin(), known_.end(), term,
                                      [](const Known& one, Term t) { return one.term < t; });
  if (place != known_.end() && place->term == term) return place->range;
  return Range::all(terms[term].width);
}

void Facts::set(Term term, const Range& range) {
  const auto place = std::lower_bound(known_.begin(), known_.end(), term,
                                      [](const Known& one, Term t) { return one.term < t; });
  if (place != known_.end() && place->term == term)
    place->range = range;
  else
    known_.insert(place, {term, range});
}

Range Facts::range_of(const Terms& terms, Term term) const {
  const Node& node = terms[term];
  switch (node.kind) {
    case Kind::constant: return Range::one(node.value);
    case Kind::object: return Range::between(kLowestAddress, kHighestAddress);
    case Kind::symbol: return own(terms, term);
    case Kind::sum: return range_of_sum(terms, term);
    case Kind::binary: return range_of_binary(terms, node, own(terms, term));
    case Kind::cast: return range_of_cast(terms, node, own(terms, term));
    case Kind::compare: {
      const auto value = decide(terms, term);
      return value ? Range::one(*value ? 1 : 0) : Range::between(0, 1);
    }
  }
  return Range::all(node.width);
}

Range Facts::range_of_sum(const Terms& terms, Term term) const {
  const Node& node = terms[term];
  // An object's inside is where the object is.
  if (terms.object_of(term)) return Range::between(0x1000, kHighestAddress + 0x8'0000);
  Range total = Range::one(node.value);
  for (const Part& part : node.parts)
    total = plus(total, times(range_of(terms, part.of), part.times, node.width), node.width);
  const Split at = terms.split(term);
  const Range base = own(terms, at.base).plus(static_cast<std::uint64_t>(at.offset), node.width);
  return total.meet(base).meet(own(terms, term));
}

Range Facts::range_of_binary(const Terms& terms, const Node& node, const Range& own) const {
  const auto k = terms.constant_of(node.b);
  if (!k) return own;
  const Range a = range_of(terms, node.a);
  if (a.empty()) return a;
  const std::uint64_t low = a.lowest(), high = a.highest();
  switch (node.op) {
    case Op::bit_and:
      // All of its bits are above those of the other word.
      if (high < (*k & (~*k + 1))) return Range::one(0);
      return own.meet(Range::between(0, std::min(*k, high)));
    case Op::bit_or: return own.meet(Range::between(std::max(*k, low), mask(node.width)));
    case Op::lshr: return *k < node.width ? own.meet(Range::between(low >> *k, high >> *k)) : own;
    case Op::udiv: return *k > 0 ? own.meet(Range::between(low / *k, high / *k)) : own;
    case Op::exact_div:
      // How far an object is from the begin of the array that it is in, as page_to_pfn() has it.
      if (terms[node.a].has_object && *k > 0) return own.meet(Range::between(0, kAddresses / *k));
      return *k > 0 && high <= mask(node.width) / 2 ? own.meet(Range::between(low / *k, high / *k))
                                                    : own;
    case Op::urem: return *k > 0 ? own.meet(Range::between(0, std::min(*k - 1, high))) : own;
    default: return own;
  }
}

Range Facts::range_of_cast(const Terms& terms, const Node& node, const Range& own) const {
  const Range a = range_of(terms, node.a);
  const unsigned from = terms[node.a].width;
  if (node.op == Op::zext) return own.meet(a);
  Range out;
  for (const Range::Interval& one : a) {
    if (node.op == Op::trunc) {
      if (one.high - one.low >= mask(node.width)) return own;
      const std::uint64_t low = one.low & mask(node.width), high = one.high & mask(node.width);
      out = low <= high
                ? out.join(Range::between(low, high))
                : out.join(Range::between(low, mask(node.width))).join(Range::between(0, high));
      continue;
    }
    const std::uint64_t sign = std::uint64_t{1} << (from - 1);
    const std::uint64_t ones = mask(node.width) & ~mask(from);
    if (one.low < sign) out = out.join(Range::between(one.low, std::min(one.high, sign - 1)));
    if (one.high >= sign)
      out = out.join(Range::between(std::max(one.low, sign) | ones, one.high | ones));
  }
  return own.meet(out);
}

std::optional<std::uint64_t> Facts::only(const Terms& terms, Term term) const {
  if (terms[term].has_object) return std::nullopt;
  return range_of(terms, term).only();
}

std::optional<bool> Facts::decide(const Terms& terms, Term bit) const {
  const Node& node = terms[bit];
  if (node.kind == Kind::constant) return node.value != 0;
  if (const auto value = own(terms, bit).only()) return *value != 0;
  if (node.kind == Kind::compare)
    return node.op == Op::equal ? decide_equal(terms, node) : decide_order(terms, node);
  if (node.kind != Kind::binary) return std::nullopt;
  const auto a = decide(terms, node.a), b = decide(terms, node.b);
  if (node.op == Op::bit_and && ((a && !*a) || (b && !*b))) return false;
  if (node.op == Op::bit_or && ((a && *a) || (b && *b))) return true;
  if (!a || !b) return std::nullopt;
  if (node.op == Op::bit_xor) return *a != *b;
  if (node.op == Op::bit_and || node.op == Op::bit_or) return *a;
  return std::nullopt;
}

std::optional<bool> Facts::decide_equal(const Terms& terms, const Node& node) const {
  const Split a = terms.split(node.a), b = terms.split(node.b);
  if (a.base == b.base) return a.offset == b.offset;
  const auto mine = terms.object_of(node.a), other = terms.object_of(node.b);
  if (mine && other && *mine != *other) return false;
  const Range left = range_of(terms, node.a), right = range_of(terms, node.b);
  if (left.meet(right).empty()) return false;
  if (!terms[node.a].has_object && !terms[node.b].has_object && left.only() && right.only())
    return *left.only() == *right.only();
  return std::nullopt;
}

std::optional<bool> Facts::decide_order(const Terms& terms, const Node& node) const {
  const unsigned width = terms[node.a].width;
  const Split a = terms.split(node.a), b = terms.split(node.b);
  const Range left = range_of(terms, node.a), right = range_of(terms, node.b);
  if (left.empty() || right.empty()) return std::nullopt;
  // Signed arithmetic does not wrap, nor do addresses inside one object.
  if (a.base == b.base &&
      (node.op == Op::less || terms.object_of(a.base) || (goes_up(left, a) && goes_up(right, b))))
    return a.offset < b.offset;
  if (node.op == Op::below) {
    if (left.highest() < right.lowest()) return true;
    if (left.lowest() >= right.highest()) return false;
    return std::nullopt;
  }
  if (left.highest_signed(width) < right.lowest_signed(width)) return true;
  if (left.lowest_signed(width) >= right.highest_signed(width)) return false;
  return std::nullopt;
}

bool Facts::narrow(Terms& terms, Term term, const Range& range) {
  const Range now = range_of(terms, term).meet(range);
  if (now.empty()) return false;
  const Node& node = terms[term];
  const unsigned width = node.width;
  if (node.kind == Kind::constant || node.kind == Kind::object) return true;
  if (node.kind == Kind::sum && node.parts.size() == 1) {
    const Range moved = now.plus(0 - node.value, width);
    if (node.parts[0].times == 1) return narrow(terms, node.parts[0].of, moved);
    if (node.parts[0].times == mask(width))
      return narrow(terms, node.parts[0].of, moved.negated(width));
  }
  if (node.kind == Kind::sum && node.value != 0)
    return narrow(terms, terms.without_constant(term), now.plus(0 - node.value, width));
  set(term, now);
  if (node.kind != Kind::cast) return true;
  const unsigned from = terms[node.a].width;
  if (node.op == Op::trunc)
    return range_of(terms, node.a).highest() > mask(width) || narrow(terms, node.a, now);
  Range inner = now.meet(Range::between(0, node.op == Op::zext ? mask(from) : mask(from) >> 1));
  if (node.op == Op::sext) {
    const std::uint64_t ones = mask(width) & ~(mask(from) >> 1);
    for (const Range::Interval& one : now.meet(Range::between(ones, mask(width))))
      inner = inner.join(Range::between(one.low & mask(from), one.high & mask(from)));
  }
  return narrow(terms, node.a, inner);
}

bool Facts::assume(Terms& terms, Term bit, bool value) {
  const Node& node = terms[bit];
  if (node.kind == Kind::constant) return (node.value != 0) == value;
  if (const auto known = decide(terms, bit)) return *known == value;
  if (node.kind == Kind::binary && node.op == Op::bit_xor)
    if (const auto flips = terms.constant_of(node.b))
      return assume(terms, node.a, value != (*flips != 0));
  if (node.kind == Kind::binary &&
      ((node.op == Op::bit_and && value) || (node.op == Op::bit_or && !value)))
    return assume(terms, node.a, value) && assume(terms, node.b, value);
  assumed_.push_back({bit, value});
  set(bit, Range::one(value ? 1 : 0));
  return node.kind != Kind::compare || assume_compare(terms, bit, value);
}

bool Facts::assume_compare(Terms& terms, Term bit, bool value) {
  const Node& node = terms[bit];
  if (node.op != Op::equal) return assume_order(terms, node, value);
  const unsigned width = terms[node.a].width;
  for (const auto& [one, other] : {std::pair(node.a, node.b), std::pair(node.b, node.a)}) {
    if (const auto word = terms.constant_of(other)) {
      const Range only = Range::one(*word);
      return narrow(terms, one, value ? only : only.complement(width));
    }
  }
  const Term difference = terms.sub(node.a, node.b);
  if (!terms[difference].has_object &&
      !narrow(terms, difference, value ? Range::one(0) : Range::one(0).complement(width)))
    return false;
  if (!value) return true;
  const Range common = range_of(terms, node.a).meet(range_of(terms, node.b));
  return narrow(terms, node.a, common) && narrow(terms, node.b, common);
}

bool Facts::assume_order(Terms& terms, const Node& node, bool value) {
  const unsigned width = terms[node.a].width;
  const bool is_signed = node.op == Op::less;
  const Range a = range_of(terms, node.a), b = range_of(terms, node.b);
  const auto low = [&](const Range& r) {
    return is_signed ? static_cast<std::uint64_t>(r.lowest_signed(width)) & mask(width)
                     : r.lowest();
  };
  const auto high = [&](const Range& r) {
    return is_signed ? static_cast<std::uint64_t>(r.highest_signed(width)) & mask(width)
                     : r.highest();
  };
  if (value)
    return narrow(terms, node.a, Range::below(high(b), width, is_signed)) &&
           narrow(terms, node.b, Range::above(low(a), width, is_signed));
  return narrow(terms, node.a, Range::below(low(b), width, is_signed).complement(width)) &&
         narrow(terms, node.b, Range::above(high(a), width, is_signed).complement(width));
}

Term Facts::simplified(Terms& terms, Term term) const {
  const Node& node = terms[term];
  if (node.kind == Kind::constant || node.kind == Kind::object) return term;
  if (const auto word = only(terms, term)) return terms.constant(*word, node.width);
  switch (node.kind) {
    case Kind::sum: {
      Term total = terms.constant(node.value, node.width);
      for (const Part& part : node.parts)
        total = terms.add(total, terms.times(simplified(terms, part.of), part.times));
      return total;
    }
    case Kind::binary:
      return terms.binary(node.op, simplified(terms, node.a), simplified(terms, node.b));
    case Kind::cast: return terms.cast(node.op, simplified(terms, node.a), node.width);
    case Kind::compare:
      return terms.compare(node.op, simplified(terms, node.a), simplified(terms, node.b));
    case Kind::constant:
    case Kind::object:
    case Kind::symbol: break;
  }
  return term;
}

}  // namespace pincheck::value
