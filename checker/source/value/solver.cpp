// SPDX-License-Identifier: MIT
#include "checker/source/value/solver.hpp"

#include <z3++.h>

#include <unordered_map>

namespace pincheck::value {
namespace {

/// Distance between objects' addresses, above all offsets.
constexpr std::uint64_t kStride = std::uint64_t{1} << 32;

class Translation {
 public:
  Translation(const Terms& terms, z3::context& context) : terms_(terms), context_(context) {}

  z3::expr of(Term term) {
    const auto found = done_.find(term);
    if (found != done_.end()) return found->second;
    z3::expr out = made(term);
    done_.emplace(term, out);
    return out;
  }
  z3::expr word(std::uint64_t value, unsigned width) { return context_.bv_val(value, width); }

 private:
  const Terms& terms_;
  z3::context& context_;
  std::unordered_map<Term, z3::expr> done_;

  z3::expr unknown(Term term) {
    return context_.bv_const(std::to_string(static_cast<std::uint32_t>(term)).c_str(),
                             terms_[term].width);
  }
  z3::expr bit(const z3::expr& holds) { return z3::ite(holds, word(1, 1), word(0, 1)); }

  z3::expr made(Term term) {
    const Node& node = terms_[term];
    switch (node.kind) {
      case Kind::constant: return word(node.value, node.width);
      case Kind::symbol: return unknown(term);
      case Kind::object: return word(0xffff'8880'0000'0000 + node.value * kStride, 64);
      case Kind::sum: {
        z3::expr total = word(node.value, node.width);
        for (const Part& part : node.parts)
          total = total + of(part.of) * word(part.times, node.width);
        return total;
      }
      case Kind::binary: return binary(term, node);
      case Kind::cast: return cast(node);
      case Kind::compare: return compare(node);
    }
    return unknown(term);
  }
  z3::expr binary(Term term, const Node& node) {
    const z3::expr a = of(node.a), b = of(node.b);
    switch (node.op) {
      case Op::add: return a + b;
      case Op::sub: return a - b;
      case Op::mul: return a * b;
      case Op::udiv: return z3::udiv(a, b);
      case Op::sdiv:
      case Op::exact_div: return a / b;
      case Op::urem: return z3::urem(a, b);
      case Op::srem: return z3::srem(a, b);
      case Op::shl: return z3::shl(a, b);
      case Op::lshr: return z3::lshr(a, b);
      case Op::ashr: return z3::ashr(a, b);
      case Op::bit_and: return a & b;
      case Op::bit_or: return a | b;
      case Op::bit_xor: return a ^ b;
      case Op::zext:
      case Op::sext:
      case Op::trunc:
      case Op::equal:
      case Op::below:
      case Op::less: break;
    }
    return unknown(term);
  }
  z3::expr cast(const Node& node) {
    const z3::expr a = of(node.a);
    const unsigned from = terms_[node.a].width;
    if (node.op == Op::zext) return z3::zext(a, node.width - from);
    if (node.op == Op::sext) return z3::sext(a, node.width - from);
    return a.extract(node.width - 1, 0);
  }
  z3::expr compare(const Node& node) {
    const z3::expr a = of(node.a), b = of(node.b);
    if (node.op == Op::equal) return bit(a == b);
    return bit(node.op == Op::below ? z3::ult(a, b) : a < b);
  }
};

Feasible asked(const Terms& terms, const Facts& facts, unsigned milliseconds) {
  // To make these takes longer than most questions.
  thread_local z3::context context;
  thread_local z3::solver solver = z3::tactic(context, "qfbv").mk_solver();
  solver.reset();
  z3::params limits(context);
  limits.set("timeout", milliseconds);
  solver.set(limits);
  Translation translation(terms, context);
  for (const Facts::Assumption& one : facts.assumed())
    solver.add(translation.of(one.bit) == translation.word(one.value ? 1 : 0, 1));
  for (const Facts::Known& one : facts.known()) {
    if (terms[one.term].kind != Kind::symbol) continue;
    z3::expr_vector parts(context);
    const z3::expr term = translation.of(one.term);
    const unsigned width = terms[one.term].width;
    for (const Range::Interval& part : one.range)
      parts.push_back(z3::uge(term, translation.word(part.low, width)) &&
                      z3::ule(term, translation.word(part.high, width)));
    solver.add(z3::mk_or(parts));
  }
  switch (solver.check()) {
    case z3::unsat: return Feasible::no;
    case z3::sat: return Feasible::yes;
    case z3::unknown: break;
  }
  return Feasible::unknown;
}

}  // namespace

Feasible feasible(const Terms& terms, const Facts& facts, unsigned milliseconds) {
  try {
    return asked(terms, facts, milliseconds);
  } catch (const z3::exception&) {
    return Feasible::unknown;  // it gave up, for want of memory or time
  }
}

}  // namespace pincheck::value
