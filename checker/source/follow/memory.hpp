// SPDX-License-Identifier: MIT
// checker/source/follow: uses checker/source/value, checker/source/callee; used by checker/source/scan.
// checker/source/scan. Memory of a path: cells that were stored or read. Different terms are
// different places, unless they differ by a constant: two pointers that the function was given do
// not point to the same.
#pragma once

#include <optional>

#include "checker/source/follow/state.hpp"

namespace pincheck::follow {

class Memory {
 public:
  Memory(value::Terms& terms, State& state) : terms_(terms), state_(state) {}

  std::uint32_t make(Place, const llvm::Instruction* made, bool zeroed = false);
  Term address_of(std::uint32_t object) { return terms_.object(object); }
  /// The object that is pointed to, or into.
  Object* object_at(Term address);

  /// What is there; where nobody knows, an unknown that stays the same. `width` in bits.
  Term load(Term address, unsigned width);
  void store(Term address, Term value, bool number = false);
  /// All that lies in so many bytes is forgotten, but objects' addresses stay where they are.
  void change(Term address, std::int64_t bytes);
  /// Somebody unknown is given it, and can change what lies there and behind it: what that would be
  /// if not is kept.
  void lend(Term address, const llvm::Instruction& to);
  /// Nothing that lies there can be reached any more.
  void forget_all(Term base);
  void copy(Term to, Term from, std::int64_t bytes);
  void clear(Term address, std::int64_t bytes);
  /// Objects from this one on that are locals cease to be.
  void leave(std::uint32_t first_local);
  /// The cells of what lies at one base.
  template <class F>
  void each_cell(Term base, F&& f) {
    for (auto cell = first_of(base); cell != state_.cells.end() && cell->base == base; ++cell)
      f(*cell);
  }
  /// Of all that lies in an object, at known offsets and at others.
  template <class F>
  void each_cell_in(std::uint32_t object, F&& f) {
    for (const Cell& cell : state_.cells)
      if (terms_[cell.base].has_object && terms_.object_of(cell.base) == object) f(cell);
  }

 private:
  using Cells = std::vector<Cell>;
  Cells::iterator first_of(Term base);
  Cells::iterator at(Term base, std::int64_t offset);
  std::optional<Term> part_of_wider(Term base, std::int64_t offset, unsigned width);
  Term part_of(Term word, std::int64_t skipped, unsigned width);
  Term unknown(Term base, std::int64_t offset, unsigned width);
  void erase(Term base, std::int64_t from, std::int64_t to, bool objects_stay);
  void count_change(Term base);
  void forget_lent(Term base, std::int64_t from, std::int64_t to);

  value::Terms& terms_;
  State& state_;
};

}  // namespace pincheck::follow
