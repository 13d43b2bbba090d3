// SPDX-License-Identifier: MIT
// checker/source/follow: uses checker/source/value, checker/source/callee; used by checker/source/scan.
// checker/source/scan. What a path need not know any more, or what it is asked not to know.
#pragma once

#include <vector>

#include "checker/source/follow/path.hpp"

namespace pincheck::follow {

/// The terms that others are made of.
class Live {
 public:
  explicit Live(const value::Terms& terms) : terms_(terms), marked_(terms.size()) {}

  void mark(Term);
  /// Everything in it is marked, or constant.
  bool has(Term) const;

 private:
  const value::Terms& terms_;
  std::vector<bool> marked_;
};

/// Values that the function does not read again become zero.
void forget_dead(Frame&, const llvm::BitVector& live, Term zero);

/// What is known only of memory that was read and not written, and of what is not at hand: it can
/// be anything again. No path is lost by it; some come that cannot be.
void forget_read(Path&);

/// All words of the same signs: zero, positive, an error, another negative one. What small words it
/// has stays.
value::Range signs_of(const value::Range&, unsigned width);
/// Numbers become unknown ones: in registers of the same sign, but for positive constants; in
/// memory of any, but for the smallest constants.
void forget_numbers(Path&);
/// Pointers into memory of others become unknown ones, and what was stored there is not known any
/// more, but where pages hang on them.
void forget_pointers(Path&);

}  // namespace pincheck::follow
