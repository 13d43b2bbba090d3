// SPDX-License-Identifier: MIT
// checker/source/value: uses model/base; used by checker/source/follow.
// What a path has assumed of its terms: ranges that decide most branches at once, and the list of
// assumptions for a solver.
#pragma once

#include <optional>
#include <vector>

#include "checker/source/value/terms.hpp"

namespace pincheck::value {

/// The lowest 64 KiB and the highest 1 MiB hold no object: null pointers and errors are there.
inline constexpr std::uint64_t kLowestAddress = 0x10000;
inline constexpr std::uint64_t kHighestAddress = 0xffff'ffff'fff0'0000;
/// So many numbers of errors there are; their negatives are the highest words (MAX_ERRNO).
inline constexpr std::uint64_t kErrors = 4095;
/// Bytes of the kernel's half of the addresses, with five levels of page tables.
inline constexpr std::uint64_t kAddresses = std::uint64_t{1} << 56;

class Facts {
 public:
  /// All that the term can be.
  Range range_of(const Terms&, Term) const;
  std::optional<std::uint64_t> only(const Terms&, Term) const;
  /// Whether the bit is certainly one, or certainly zero.
  std::optional<bool> decide(const Terms&, Term bit) const;
  /// False: that contradicts what was assumed. What a range cannot say is remembered.
  bool assume(Terms&, Term bit, bool value);
  bool narrow(Terms&, Term, const Range&);
  /// The term with those parts replaced that can only be one word.
  Term simplified(Terms&, Term) const;

  struct Assumption {
    Term bit{};
    bool value = false;
  };
  const std::vector<Assumption>& assumed() const { return assumed_; }
  struct Known {
    Term term{};
    Range range;
  };
  const std::vector<Known>& known() const { return known_; }
  /// Ranges of terms of which it says so are forgotten: they can be anything again.
  template <class F>
  void forget(F&& says) {
    std::erase_if(known_, [&](const Known& one) { return says(one.term); });
  }
  /// From now on only these ranges are known (a pointer, null for none).
  template <class F>
  void know_only(F&& range_of) {
    std::erase_if(known_, [&](Known& one) {
      const Range* range = range_of(one.term);
      if (range != nullptr) one.range = *range;
      return range == nullptr;
    });
  }
  /// Each range becomes a wider one.
  template <class F>
  void widen(F&& wider) {
    for (Known& one : known_) one.range = wider(one);
  }

 private:
  Range own(const Terms&, Term) const;
  Range range_of_sum(const Terms&, Term) const;
  Range range_of_binary(const Terms&, const Node&, const Range& own) const;
  Range range_of_cast(const Terms&, const Node&, const Range& own) const;
  std::optional<bool> decide_equal(const Terms&, const Node&) const;
  std::optional<bool> decide_order(const Terms&, const Node&) const;
  bool assume_compare(Terms&, Term bit, bool value);
  bool assume_order(Terms&, const Node&, bool value);
  void set(Term, const Range&);

  std::vector<Known> known_;         ///< by term
  std::vector<Assumption> assumed_;  ///< in their order
};

}  // namespace pincheck::value
