// SPDX-License-Identifier: MIT
#include "checker/source/value/terms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace pincheck::value {
namespace {

std::uint64_t mix(std::uint64_t hash, std::uint64_t word) {
  return (hash ^ (word + 0x9e3779b97f4a7c15 + (hash << 6) + (hash >> 2))) * 0xff51afd7ed558ccd;
}

/// Longer terms are words nobody knows: what looks into terms takes no longer than this.
constexpr std::uint32_t kLongest = 100;

bool commutes(Op op) {
  return op == Op::mul || op == Op::bit_and || op == Op::bit_or || op == Op::bit_xor;
}

}  // namespace

std::size_t Terms::Hash::operator()(const Node* node) const {
  std::uint64_t hash = mix(static_cast<std::uint64_t>(node->kind) << 16 |
                               static_cast<std::uint64_t>(node->op) << 8 | node->width,
                           node->value);
  hash = mix(hash, static_cast<std::uint64_t>(node->a) << 32 | static_cast<std::uint32_t>(node->b));
  for (const Part& part : node->parts)
    hash = mix(mix(hash, static_cast<std::uint64_t>(part.of)), part.times);
  hash = mix(hash, static_cast<std::uint64_t>(node->whose.base) << 32 | node->whose.times);
  hash = mix(hash, static_cast<std::uint64_t>(node->whose.offset));
  return mix(hash, std::hash<std::string>()(node->name));
}

Term Terms::made(Node node) {
  const auto has = [&](Term term) { return term != kNoTerm && (*this)[term].has_object; };
  node.has_object = node.kind == Kind::object || has(node.a) || has(node.b) ||
                    std::any_of(node.parts.begin(), node.parts.end(),
                                [&](const Part& part) { return has(part.of); });
  const auto size = [&](Term term) { return term == kNoTerm ? 0 : (*this)[term].size; };
  node.size += size(node.a) + size(node.b);
  for (const Part& part : node.parts) node.size += size(part.of);
  const auto found = known_.find(&node);
  if (found != known_.end()) return found->second;
  if (node.size > kLongest && !node.has_object) {
    const Term unknown = symbol(fmt::format("long {}", nodes_.size()), node.width);
    known_.emplace(&longer_.emplace_back(std::move(node)), unknown);
    return unknown;
  }
  nodes_.push_back(std::move(node));
  const Term term{static_cast<std::uint32_t>(nodes_.size() - 1)};
  known_.emplace(&nodes_.back(), term);
  return term;
}

Term Terms::constant(std::uint64_t word, unsigned width) {
  return made({.kind = Kind::constant,
               .width = static_cast<std::uint8_t>(width),
               .value = word & mask(width)});
}

Term Terms::symbol(std::string_view name, unsigned width) {
  return made(
      {.kind = Kind::symbol, .width = static_cast<std::uint8_t>(width), .name = std::string(name)});
}

Term Terms::fresh(std::string_view name, unsigned width) {
  return made({.kind = Kind::symbol,
               .width = static_cast<std::uint8_t>(width),
               .name = std::string(name),
               .whose = {.fresh = true}});
}

Term Terms::forgotten(std::string_view name, unsigned width) {
  return made({.kind = Kind::symbol,
               .width = static_cast<std::uint8_t>(width),
               .name = std::string(name),
               .whose = {.fresh = true, .forgotten = true}});
}

Term Terms::content(Term base, std::int64_t offset, std::uint32_t times, unsigned width) {
  return made({.kind = Kind::symbol,
               .width = static_cast<std::uint8_t>(width),
               .whose = {.base = base, .offset = offset, .times = times}});
}

Term Terms::object(std::uint32_t number) {
  return made({.kind = Kind::object, .width = 64, .value = number});
}

/// A constant and multiples of terms, being added up.
class Terms::Sum {
 public:
  Sum(Terms& terms, unsigned width) : terms_(terms), width_(width) {}

  void add(Term term, std::uint64_t times) {
    times &= mask(width_);
    if (times == 0) return;
    const Node& node = terms_[term];
    if (node.kind == Kind::constant) {
      constant_ += times * node.value;
    } else if (node.kind == Kind::sum) {
      constant_ += times * node.value;
      for (const Part& part : node.parts) add(part.of, times * part.times);
    } else if (const auto whole = undone(node, times)) {
      add(node.a, *whole);
    } else {
      add_part({term, times});
    }
  }
  Term done() {
    constant_ &= mask(width_);
    std::erase_if(parts_, [](const Part& part) { return part.times == 0; });
    if (parts_.empty()) return terms_.constant(constant_, width_);
    if (constant_ == 0 && parts_.size() == 1 && parts_[0].times == 1) return parts_[0].of;
    return terms_.made({.kind = Kind::sum,
                        .width = static_cast<std::uint8_t>(width_),
                        .value = constant_,
                        .parts = std::move(parts_)});
  }

 private:
  Terms& terms_;
  unsigned width_;
  std::uint64_t constant_ = 0;
  std::vector<Part> parts_;

  /// Multiples of an exact quotient are multiples of what was divided.
  std::optional<std::uint64_t> undone(const Node& node, std::uint64_t times) const {
    if (node.kind != Kind::binary || node.op != Op::exact_div) return std::nullopt;
    const auto divisor = terms_.constant_of(node.b);
    if (!divisor || *divisor == 0) return std::nullopt;
    const std::int64_t n = as_signed(times, width_), d = as_signed(*divisor, width_);
    if (d <= 0 || n % d != 0) return std::nullopt;
    return static_cast<std::uint64_t>(n / d);
  }
  void add_part(Part next) {
    const auto place = std::lower_bound(parts_.begin(), parts_.end(), next,
                                        [](const Part& a, const Part& b) { return a.of < b.of; });
    if (place == parts_.end() || place->of != next.of) {
      parts_.insert(place, next);
      return;
    }
    place->times = (place->times + next.times) & mask(width_);
  }
};

Term Terms::add(Term a, Term b) {
  Sum sum(*this, (*this)[a].width);
  sum.add(a, 1);
  sum.add(b, 1);
  return sum.done();
}

Term Terms::sub(Term a, Term b) {
  Sum sum(*this, (*this)[a].width);
  sum.add(a, 1);
  sum.add(b, ~std::uint64_t{0});
  return sum.done();
}

Term Terms::plus(Term a, std::int64_t k) {
  return add(a, constant(static_cast<std::uint64_t>(k), (*this)[a].width));
}

Term Terms::times(Term a, std::uint64_t k) {
  Sum sum(*this, (*this)[a].width);
  sum.add(a, k);
  return sum.done();
}

Term Terms::folded(Op op, std::uint64_t a, std::uint64_t b, unsigned width) {
  const std::int64_t sa = as_signed(a, width), sb = as_signed(b, width);
  const auto word = [&](std::uint64_t value) { return constant(value, width); };
  const auto quotient = [&](std::int64_t n, std::int64_t d) {
    return word(d == 0 ? 0 : d == -1 ? 0 - a : static_cast<std::uint64_t>(n / d));
  };
  switch (op) {
    case Op::add: return word(a + b);
    case Op::sub: return word(a - b);
    case Op::mul: return word(a * b);
    case Op::udiv: return word(b == 0 ? 0 : a / b);
    case Op::urem: return word(b == 0 ? 0 : a % b);
    case Op::sdiv:
    case Op::exact_div: return quotient(sa, sb);
    case Op::srem: return word(sb == 0 || sb == -1 ? 0 : static_cast<std::uint64_t>(sa % sb));
    case Op::shl: return word(b < width ? a << b : 0);
    case Op::lshr: return word(b < width ? a >> b : 0);
    case Op::ashr: return word(static_cast<std::uint64_t>(sa >> (b < width ? b : width - 1)));
    case Op::bit_and: return word(a & b);
    case Op::bit_or: return word(a | b);
    case Op::bit_xor: return word(a ^ b);
    case Op::zext:
    case Op::sext:
    case Op::trunc:
    case Op::equal:
    case Op::below:
    case Op::less: break;
  }
  return kNoTerm;
}

/// `a & b`, b a constant: objects are aligned to pages at least, so low bits of addresses are
/// known; so are those of addresses that flags were put into.
Term Terms::masked(Term a, Term b) {
  const std::uint64_t bits = (*this)[b].value;
  const unsigned width = (*this)[a].width;
  if (bits == 0) return b;
  if (bits == mask(width)) return a;
  const Node node = (*this)[a];
  if (node.kind == Kind::binary && node.op == Op::bit_or)
    return binary(Op::bit_or, binary(Op::bit_and, node.a, b), binary(Op::bit_and, node.b, b));
  if (node.kind == Kind::binary && node.op == Op::bit_and && is_constant(node.b))
    return binary(Op::bit_and, node.a, constant((*this)[node.b].value & bits, width));
  const Split at = split(a);
  if (at.base == kNoTerm || (*this)[at.base].kind != Kind::object) return kNoTerm;
  const std::uint64_t low = ~bits & mask(width);
  if (bits < 4096) return constant(static_cast<std::uint64_t>(at.offset) & bits, width);
  if (low < 4096 && at.offset >= 0 && static_cast<std::uint64_t>(at.offset) <= low &&
      (low & (low + 1)) == 0)
    return at.base;
  return kNoTerm;
}

/// `a | b`, b a constant of bits that an address does not have.
Term Terms::flagged(Term a, Term b) {
  const std::uint64_t bits = (*this)[b].value;
  const Split at = split(a);
  if (bits >= 4096 || at.base == kNoTerm || (*this)[at.base].kind != Kind::object) return kNoTerm;
  if ((static_cast<std::uint64_t>(at.offset) & bits) != 0) return kNoTerm;
  return plus(a, static_cast<std::int64_t>(bits));
}

/// A sum whose parts all are multiples of the divisor.
Term Terms::quotient(Term a, std::int64_t divisor) {
  const Node& sum = (*this)[a];
  if (sum.kind != Kind::sum || divisor <= 0) return kNoTerm;
  const auto divides = [&](std::uint64_t k) { return as_signed(k, sum.width) % divisor == 0; };
  const auto divided = [&](std::uint64_t k) {
    return static_cast<std::uint64_t>(as_signed(k, sum.width) / divisor);
  };
  if (!divides(sum.value)) return kNoTerm;
  Sum result(*this, sum.width);
  result.add(constant(divided(sum.value), sum.width), 1);
  for (const Part& part : sum.parts) {
    if (!divides(part.times)) return kNoTerm;
    result.add(part.of, divided(part.times));
  }
  return result.done();
}

Term Terms::binary(Op op, Term a, Term b, bool exact) {
  const unsigned width = (*this)[a].width;
  const auto left = constant_of(a), right = constant_of(b);
  if (left && right) return folded(op, *left, *right, width);
  if (commutes(op) && (left || (!right && b < a))) return binary(op, b, a, exact);
  switch (op) {
    case Op::add: return add(a, b);
    case Op::sub: return sub(a, b);
    case Op::mul:
      if (right) return times(a, *right);
      break;
    case Op::shl:
      if (right && *right < width) return times(a, std::uint64_t{1} << *right);
      break;
    case Op::udiv:
    case Op::sdiv:
    case Op::exact_div:
      if (right && *right == 1) return a;
      if (exact && right) op = Op::exact_div;
      break;
    case Op::lshr:
    case Op::ashr:
      if (right && *right == 0) return a;
      if (exact && right && *right < 40)
        return binary(Op::exact_div, a, constant(std::uint64_t{1} << *right, width));
      break;
    case Op::bit_and:
      if (a == b) return a;
      if (right)
        if (const Term known = masked(a, b); known != kNoTerm) return known;
      break;
    case Op::bit_or:
      if (a == b || (right && *right == 0)) return a;
      if (right && *right == mask(width)) return b;
      if (right)
        if (const Term known = flagged(a, b); known != kNoTerm) return known;
      break;
    case Op::bit_xor:
      if (a == b) return constant(0, width);
      if (right && *right == 0) return a;
      if (right && (*this)[a].kind == Kind::binary && (*this)[a].op == Op::bit_xor &&
          is_constant((*this)[a].b))
        return binary(Op::bit_xor, (*this)[a].a,
                      constant((*this)[(*this)[a].b].value ^ *right, width));
      break;
    case Op::urem:
    case Op::srem:
    case Op::zext:
    case Op::sext:
    case Op::trunc:
    case Op::equal:
    case Op::below:
    case Op::less: break;
  }
  if (op == Op::exact_div && right)
    if (const Term known = quotient(a, as_signed(*right, width)); known != kNoTerm) return known;
  return made(
      {.kind = Kind::binary, .op = op, .width = static_cast<std::uint8_t>(width), .a = a, .b = b});
}

Term Terms::cast(Op op, Term a, unsigned width) {
  const Node& node = (*this)[a];
  if (node.width == width) return a;
  if (node.kind == Kind::constant)
    return constant(
        op == Op::sext ? static_cast<std::uint64_t>(as_signed(node.value, node.width)) : node.value,
        width);
  if (node.kind == Kind::cast && op == Op::trunc && node.op != Op::trunc) {
    const unsigned inner = (*this)[node.a].width;
    if (inner == width) return node.a;
    return cast(inner > width ? Op::trunc : node.op, node.a, width);
  }
  if (node.kind == Kind::cast && node.op == Op::zext && op != Op::trunc)
    return cast(Op::zext, node.a, width);
  // Signed arithmetic does not wrap: in C that is undefined.
  if (op == Op::sext && node.kind == Kind::sum && node.width > 8) {
    Sum wide(*this, width);
    wide.add(constant(static_cast<std::uint64_t>(as_signed(node.value, node.width)), width), 1);
    for (const Part& part : node.parts)
      wide.add(cast(Op::sext, part.of, width),
               static_cast<std::uint64_t>(as_signed(part.times, node.width)));
    return wide.done();
  }
  return made({.kind = Kind::cast, .op = op, .width = static_cast<std::uint8_t>(width), .a = a});
}

Term Terms::compare(Op op, Term a, Term b) {
  if (a == b) return constant(op == Op::equal ? 1 : 0, 1);
  const auto left = constant_of(a), right = constant_of(b);
  if (left && right) {
    const unsigned width = (*this)[a].width;
    return constant(op == Op::equal   ? *left == *right
                    : op == Op::below ? *left < *right
                                      : as_signed(*left, width) < as_signed(*right, width),
                    1);
  }
  if (op == Op::equal && b < a) std::swap(a, b);
  return made({.kind = Kind::compare, .op = op, .width = 1, .a = a, .b = b});
}

std::optional<std::uint64_t> Terms::constant_of(Term term) const {
  const Node& node = (*this)[term];
  if (node.kind != Kind::constant) return std::nullopt;
  return node.value;
}

Split Terms::split(Term term) const {
  const Node& node = (*this)[term];
  if (node.kind == Kind::constant) return {kNoTerm, as_signed(node.value, node.width)};
  if (node.kind != Kind::sum) return {term, 0};
  return {const_cast<Terms*>(this)->without_constant(term), as_signed(node.value, node.width)};
}

Term Terms::without_constant(Term term) const {
  const Node& node = (*this)[term];
  if (node.kind != Kind::sum || node.value == 0) return term;
  Sum rest(const_cast<Terms&>(*this), node.width);
  for (const Part& part : node.parts) rest.add(part.of, part.times);
  return rest.done();
}

std::optional<std::uint32_t> Terms::object_of(Term term) const {
  const Node& node = (*this)[term];
  if (node.kind == Kind::object) return static_cast<std::uint32_t>(node.value);
  if (node.kind != Kind::sum) return std::nullopt;
  for (const Part& part : node.parts)
    if (part.times == 1 && (*this)[part.of].kind == Kind::object)
      return static_cast<std::uint32_t>((*this)[part.of].value);
  return std::nullopt;
}

void Terms::objects_in(Term term, std::vector<std::uint32_t>& out) const {
  const Node& node = (*this)[term];
  if (!node.has_object) return;
  if (node.kind == Kind::object) out.push_back(static_cast<std::uint32_t>(node.value));
  for (const Part& part : node.parts) objects_in(part.of, out);
  if (node.a != kNoTerm) objects_in(node.a, out);
  if (node.b != kNoTerm) objects_in(node.b, out);
}

}  // namespace pincheck::value
