// SPDX-License-Identifier: MIT
// checker/source/value: uses model/base; used by checker/source/follow.
// Machine words as terms over what is not known, each term made once: equal terms are equal
// numbers.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "checker/source/value/range.hpp"

namespace pincheck::value {

enum class Term : std::uint32_t {};
inline constexpr Term kNoTerm{~std::uint32_t{0}};

enum class Kind : std::uint8_t {
  constant,
  symbol,  ///< a word nobody knows
  object,  ///< the address of an object, far from every other one's
  sum,     ///< a constant and multiples of terms
  binary,  ///< what no sum can say
  cast,
  compare,  ///< one bit
};

enum class Op : std::uint8_t {
  add,
  sub,
  mul,
  udiv,
  sdiv,
  urem,
  srem,
  shl,
  lshr,
  ashr,
  bit_and,
  bit_or,
  bit_xor,
  exact_div,  ///< without a rest
  zext,
  sext,
  trunc,  ///< of casts
  equal,
  below,
  less,  ///< of compares: below is unsigned, less is signed
};

/// What a sum adds up: `times` of `of`, modulo 2^width.
struct Part {
  Term of{};
  std::uint64_t times = 0;
  bool operator==(const Part&) const = default;
};

/// Whose::times: of what stays, whatever is changed there.
inline constexpr std::uint32_t kAlways = ~std::uint32_t{0};

/// What a symbol is the word of: all that is said of it elsewhere.
struct Whose {
  Term base = kNoTerm;  ///< memory: what lies there
  std::int64_t offset = 0;
  std::uint32_t times = 0;  ///< memory: how often it was changed before
  bool fresh = false;       ///< of nothing: one such word is like another
  bool forgotten = false;   ///< fresh, and it was known once what it is
  bool operator==(const Whose&) const = default;
};

struct Node {
  Kind kind{};
  Op op{};                  ///< binary, cast, compare
  std::uint8_t width = 0;   ///< bits, 1 to 64
  bool has_object = false;  ///< there is an object's address in it
  std::uint32_t size = 1;   ///< terms in it, as often as they are written
  std::uint64_t value = 0;  ///< constant: the word; sum: its constant; object: its number
  Term a = kNoTerm, b = kNoTerm;
  std::vector<Part> parts{};  ///< sum: by number of the term
  std::string name{};         ///< symbol
  Whose whose{};              ///< symbol

  bool operator==(const Node&) const = default;
};

/// A term without its constant, and the constant.
struct Split {
  Term base = kNoTerm;  ///< none: it is a constant
  std::int64_t offset = 0;
};

class Terms {
 public:
  const Node& operator[](Term term) const { return nodes_[static_cast<std::uint32_t>(term)]; }
  std::size_t size() const { return nodes_.size(); }

  Term constant(std::uint64_t word, unsigned width);
  Term symbol(std::string_view name, unsigned width);
  /// A symbol about which nothing is known but what is assumed of it.
  Term fresh(std::string_view name, unsigned width);
  /// The same, in the place of a term of which more was known.
  Term forgotten(std::string_view name, unsigned width);
  /// What lies in memory at a base, since it was changed so often.
  Term content(Term base, std::int64_t offset, std::uint32_t times, unsigned width);
  Term object(std::uint32_t number);

  Term add(Term a, Term b);
  Term sub(Term a, Term b);
  Term plus(Term a, std::int64_t k);
  Term times(Term a, std::uint64_t k);
  /// `exact`: a division that is known to leave no rest.
  Term binary(Op op, Term a, Term b, bool exact = false);
  Term cast(Op op, Term a, unsigned width);
  Term compare(Op op, Term a, Term b);
  Term negated(Term bit) { return binary(Op::bit_xor, bit, constant(1, 1)); }

  bool is_constant(Term term) const { return (*this)[term].kind == Kind::constant; }
  std::optional<std::uint64_t> constant_of(Term) const;
  Split split(Term) const;
  Term without_constant(Term) const;
  /// The object whose address the term is, and something.
  std::optional<std::uint32_t> object_of(Term) const;
  /// All objects whose addresses are in the term.
  void objects_in(Term, std::vector<std::uint32_t>& out) const;

 private:
  class Sum;
  Term made(Node);
  Term folded(Op, std::uint64_t a, std::uint64_t b, unsigned width);
  Term masked(Term a, Term b);
  Term flagged(Term a, Term b);
  Term quotient(Term a, std::int64_t divisor);

  struct Hash {
    std::size_t operator()(const Node*) const;
  };
  struct Same {
    bool operator()(const Node* a, const Node* b) const { return *a == *b; }
  };
  std::deque<Node> nodes_;
  std::deque<Node> longer_;  ///< what is not kept, and is a symbol instead
  std::unordered_map<const Node*, Term, Hash, Same> known_;
};

}  // namespace pincheck::value
