// SPDX-License-Identifier: MIT
#include "checker/source/value/facts.hpp"

#include <rapidcheck/catch.h>

#include <array>
#include <catch2/catch.hpp>
#include <map>

#include "checker/source/value/solver.hpp"

namespace pincheck::value {
namespace {

using Numbers = std::vector<std::uint32_t>;

constexpr std::array kBinary{Op::add,    Op::sub,     Op::mul,  Op::udiv, Op::urem,
                             Op::sdiv,   Op::shl,     Op::lshr, Op::ashr, Op::bit_and,
                             Op::bit_or, Op::bit_xor, Op::srem};
constexpr std::array kCompare{Op::equal, Op::below, Op::less};
constexpr std::array kWidths{8U, 16U, 32U, 64U};

std::uint64_t computed(Op op, std::uint64_t a, std::uint64_t b, unsigned width) {
  Terms terms;
  return *terms.constant_of(terms.binary(op, terms.constant(a, width), terms.constant(b, width)));
}

/// What a term is when its symbols are these words.
std::uint64_t meaning(const Terms& terms, Term term, const std::map<Term, std::uint64_t>& words) {
  const Node& node = terms[term];
  const auto of = [&](Term one) { return meaning(terms, one, words); };
  switch (node.kind) {
    case Kind::constant: return node.value;
    case Kind::symbol: return words.at(term) & mask(node.width);
    case Kind::object: return 0;
    case Kind::sum: {
      std::uint64_t total = node.value;
      for (const Part& part : node.parts) total += part.times * of(part.of);
      return total & mask(node.width);
    }
    case Kind::binary: return computed(node.op, of(node.a), of(node.b), node.width);
    case Kind::cast: {
      const unsigned from = terms[node.a].width;
      const std::uint64_t inner = of(node.a);
      return (node.op == Op::sext ? static_cast<std::uint64_t>(as_signed(inner, from)) : inner) &
             mask(node.width);
    }
    case Kind::compare: {
      const unsigned width = terms[node.a].width;
      const std::uint64_t a = of(node.a), b = of(node.b);
      return node.op == Op::equal   ? a == b
             : node.op == Op::below ? a < b
                                    : as_signed(a, width) < as_signed(b, width);
    }
  }
  return 0;
}

/// A term made by drawing from the numbers, beside the word that C would compute.
class Drawn {
 public:
  Drawn(Terms& terms, Numbers numbers) : terms_(terms), numbers_(std::move(numbers)) {
    for (const unsigned width : {8U, 32U, 64U}) {
      const Term symbol = terms_.symbol("s" + std::to_string(width), width);
      words_[symbol] = (std::uint64_t{next()} << 32 | next()) & mask(width);
      known_.push_back(symbol);
    }
  }

  struct Both {
    Term term{};
    std::uint64_t word = 0;
    unsigned width = 0;
  };
  bool more() const { return at_ < numbers_.size(); }
  Both any(int deep) {
    if (deep == 0 || next() % 4 == 0) return leaf();
    const Both a = any(deep - 1);
    if (next() % 4 == 0) return cast(a);
    const Both b = cast_to(any(deep - 1), a.width, Op::zext);
    const Op op = kBinary[next() % std::size(kBinary)];
    return {terms_.binary(op, a.term, b.term), computed(op, a.word, b.word, a.width), a.width};
  }
  Both comparison(int deep) {
    const Both a = any(deep), b = cast_to(any(deep), a.width, Op::zext);
    // Sums that wrap have no meaning in signed comparisons.
    const bool near = terms_.split(a.term).base == terms_.split(b.term).base;
    const Op op = kCompare[next() % (near ? 2 : std::size(kCompare))];
    const bool holds = op == Op::equal   ? a.word == b.word
                       : op == Op::below ? a.word < b.word
                                         : as_signed(a.word, a.width) < as_signed(b.word, a.width);
    return {terms_.compare(op, a.term, b.term), holds ? 1U : 0U, 1};
  }
  const std::map<Term, std::uint64_t>& words() const { return words_; }
  std::uint32_t next() { return more() ? numbers_[at_++] : 0; }

 private:
  Terms& terms_;
  Numbers numbers_;
  std::size_t at_ = 0;
  std::map<Term, std::uint64_t> words_;
  std::vector<Term> known_;

  Both leaf() {
    if (next() % 3 == 0) {
      const unsigned width = kWidths[next() % std::size(kWidths)];
      const std::uint64_t word =
          (next() % 3 == 0 ? ~std::uint64_t{next() % 5} : next() % 70) & mask(width);
      return {terms_.constant(word, width), word, width};
    }
    const Term symbol = known_[next() % known_.size()];
    return {symbol, words_[symbol], terms_[symbol].width};
  }
  Both cast_to(Both a, unsigned width, Op wider) {
    const Op op = width < a.width ? Op::trunc : wider;
    const std::uint64_t word =
        (op == Op::sext ? static_cast<std::uint64_t>(as_signed(a.word, a.width)) : a.word) &
        mask(width);
    return {terms_.cast(op, a.term, width), word, width};
  }
  /// Only without sums are signed casts kept exact: in C, sums that wrap have no meaning.
  Both cast(Both a) {
    const bool plain = terms_[a.term].kind != Kind::sum;
    return cast_to(a, kWidths[next() % std::size(kWidths)],
                   plain && next() % 2 == 0 ? Op::sext : Op::zext);
  }
};

}  // namespace

TEST_CASE("terms: an address is what it was when flags are taken off again", "[source]") {
  Terms terms;
  const auto word = [&](std::uint64_t bits) { return terms.constant(bits, 64); };
  const Term object = terms.object(0), old = terms.symbol("old", 64);
  const Term low = terms.binary(Op::bit_and, old, word(3));
  for (const Term flags : {word(2), word(3), low}) {
    const Term tagged = terms.binary(Op::bit_or, flags, object);
    CHECK(terms.binary(Op::bit_and, tagged, word(~std::uint64_t{3})) == object);
    CHECK(terms.binary(Op::bit_and, tagged, word(3)) == flags);
  }
  const Term twice = terms.binary(Op::bit_or, terms.plus(object, 2), word(2));
  CHECK(terms.binary(Op::bit_and, twice, word(3)) == word(2));
}

TEST_CASE("terms: rewriting keeps the word", "[source]") {
  rc::prop("of any term, whatever its symbols are", [](const Numbers& numbers) {
    Terms terms;
    Drawn drawn(terms, numbers);
    const auto one = drawn.any(4);
    RC_ASSERT(meaning(terms, one.term, drawn.words()) == one.word);
  });
}

TEST_CASE("facts: what is true is never a contradiction", "[source]") {
  rc::prop("and what is decided, narrowed and simplified is right", [](const Numbers& numbers) {
    Terms terms;
    Drawn drawn(terms, numbers);
    Facts facts;
    for (int i = 0; i < 6 && drawn.more(); ++i) {
      const auto bit = drawn.comparison(2);
      if (const auto known = facts.decide(terms, bit.term)) RC_ASSERT(*known == (bit.word != 0));
      RC_ASSERT(facts.assume(terms, bit.term, bit.word != 0));
      const auto other = drawn.any(3);
      RC_ASSERT(facts.range_of(terms, other.term).has(other.word));
      RC_ASSERT(meaning(terms, facts.simplified(terms, other.term), drawn.words()) == other.word);
    }
  });
}

TEST_CASE("solver: what is true is feasible", "[source]") {
  rc::prop("of a few comparisons", [](const Numbers& numbers) {
    Terms terms;
    Drawn drawn(terms, numbers);
    Facts facts;
    for (int i = 0; i < 3; ++i) {
      const auto bit = drawn.comparison(1);
      RC_ASSERT(facts.assume(terms, bit.term, bit.word != 0));
    }
    RC_ASSERT(feasible(terms, facts, 100) != Feasible::no);
  });
}

TEST_CASE("facts: the kernel's tests of errors are decided", "[source]") {
  Terms terms;
  const Term pointer = terms.symbol("p", 64);
  const Term is_error = terms.negated(
      terms.compare(Op::below, pointer, terms.constant(static_cast<std::uint64_t>(-4095), 64)));
  Facts facts;
  REQUIRE(facts.assume(terms, is_error, true));
  CHECK(facts.decide(terms, terms.compare(Op::equal, pointer, terms.constant(0, 64))) == false);
  const Term object = terms.object(0);
  const Term object_is_error = terms.negated(
      terms.compare(Op::below, object, terms.constant(static_cast<std::uint64_t>(-4095), 64)));
  CHECK(Facts().decide(terms, object_is_error) == false);
  CHECK(Facts().decide(terms, terms.compare(Op::equal, object, terms.constant(0, 64))) == false);
}

TEST_CASE("solver: it sees what ranges do not", "[source]") {
  Terms terms;
  const Term a = terms.symbol("a", 32), b = terms.symbol("b", 32);
  const Term product = terms.binary(Op::mul, a, b);
  Facts facts;
  REQUIRE(facts.assume(terms, terms.compare(Op::equal, product, terms.constant(6, 32)), true));
  REQUIRE(facts.assume(terms, terms.compare(Op::equal, a, terms.constant(2, 32)), true));
  Facts other = facts;
  REQUIRE(facts.assume(terms, terms.compare(Op::equal, b, terms.constant(3, 32)), true));
  CHECK(feasible(terms, facts, 2000) == Feasible::yes);
  REQUIRE(other.assume(terms, terms.compare(Op::equal, b, terms.constant(4, 32)), true));
  CHECK(feasible(terms, other, 2000) == Feasible::no);
}

TEST_CASE("terms: one that grows twice as long at each step stays short", "[source]") {
  Terms terms;
  Term hash = terms.symbol("word", 64);
  for (int i = 0; i < 64; ++i)
    hash = terms.binary(Op::bit_xor, hash, terms.binary(Op::lshr, hash, terms.constant(7, 64)));
  CHECK(terms[hash].size <= 100);
  CHECK(terms.size() < 500);
}

}  // namespace pincheck::value
