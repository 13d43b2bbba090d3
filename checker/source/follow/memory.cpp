// SPDX-License-Identifier: MIT
#include "checker/source/follow/memory.hpp"

#include <llvm/IR/Instructions.h>

#include <algorithm>
#include <limits>
#include <tuple>

namespace pincheck::follow {
namespace {

/// Bytes of a scalar; bits are stored as bytes.
std::uint8_t bytes_of(unsigned width) { return static_cast<std::uint8_t>((width + 7) / 8); }

/// Widest scalar, bytes.
constexpr std::int64_t kWidest = 8;
/// Bytes that a callee may store where a pointer to a local is given.
constexpr std::int64_t kWhole = 1 << 20;

}  // namespace

Count* State::count_of(Term page) {
  const auto found = std::find_if(counts.begin(), counts.end(),
                                  [&](const Count& one) { return one.page == page; });
  return found == counts.end() ? nullptr : &*found;
}

std::uint32_t State::changes_of(Term base) const {
  const auto found = std::find_if(changes.begin(), changes.end(),
                                  [&](const Change& one) { return one.base == base; });
  return found == changes.end() ? 0 : found->times;
}

std::uint32_t Memory::make(Place place, const llvm::Instruction* made, bool zeroed) {
  state_.objects.push_back({.place = place, .zeroed = zeroed, .made = made});
  return static_cast<std::uint32_t>(state_.objects.size() - 1);
}

Object* Memory::object_at(Term address) {
  const auto number = terms_.object_of(address);
  return number ? &state_.objects[*number] : nullptr;
}

Memory::Cells::iterator Memory::at(Term base, std::int64_t offset) {
  return std::lower_bound(state_.cells.begin(), state_.cells.end(), std::tuple(base, offset),
                          [](const Cell& cell, const auto& wanted) {
                            return std::tuple(cell.base, cell.offset) < wanted;
                          });
}

Memory::Cells::iterator Memory::first_of(Term base) {
  return at(base, std::numeric_limits<std::int64_t>::min());
}

/// A part of a cell that begins earlier, or is wider.
std::optional<Term> Memory::part_of_wider(Term base, std::int64_t offset, unsigned width) {
  for (auto cell = at(base, offset - kWidest + 1);
       cell != state_.cells.end() && cell->base == base && cell->offset <= offset; ++cell) {
    if (offset - cell->offset + bytes_of(width) > cell->size) continue;
    return part_of(cell->value, offset - cell->offset, width);
  }
  return std::nullopt;
}

/// Of a word, behind so many bytes.
Term Memory::part_of(Term word, std::int64_t skipped, unsigned width) {
  const unsigned whole = terms_[word].width;
  if (whole == width && skipped == 0) return word;
  const Term moved = terms_.binary(value::Op::lshr, word,
                                   terms_.constant(static_cast<std::uint64_t>(skipped * 8), whole));
  return terms_.cast(whole < width ? value::Op::zext : value::Op::trunc, moved, width);
}

Term Memory::unknown(Term base, std::int64_t offset, unsigned width) {
  const auto number = terms_.object_of(base);
  if (number && state_.objects[*number].zeroed && !state_.objects[*number].changed)
    return terms_.constant(0, width);
  return terms_.content(base, offset, state_.changes_of(base), width);
}

Term Memory::load(Term address, unsigned width) {
  const auto [base, offset] = terms_.split(address);
  if (const auto known = part_of_wider(base, offset, width)) return *known;
  const Term value = unknown(base, offset, width);
  erase(base, offset, offset + bytes_of(width), false);
  state_.cells.insert(at(base, offset), {base, offset, value, bytes_of(width), false});
  for (const Lent& one : state_.lent) {
    const std::int64_t skipped = offset - one.offset;
    if (one.base != base || skipped < 0) continue;
    if (skipped + bytes_of(width) <= bytes_of(terms_[one.value].width))
      state_.left_alone.push_back({value, part_of(one.value, skipped, width), one.to});
  }
  return value;
}

void Memory::store(Term address, Term value, bool number) {
  const auto [base, offset] = terms_.split(address);
  const std::uint8_t size = bytes_of(terms_[value].width);
  erase(base, offset, offset + size, false);
  forget_lent(base, offset, offset + size);
  state_.cells.insert(at(base, offset), {base, offset, value, size, true, number});
}

void Memory::erase(Term base, std::int64_t from, std::int64_t to, bool objects_stay) {
  const auto begin = at(base, from - kWidest + 1);
  auto end = begin;
  while (end != state_.cells.end() && end->base == base && end->offset < to) ++end;
  state_.cells.erase(std::remove_if(begin, end,
                                    [&](const Cell& cell) {
                                      if (cell.offset + cell.size <= from) return false;
                                      return !objects_stay || !terms_[cell.value].has_object;
                                    }),
                     end);
}

void Memory::change(Term address, std::int64_t bytes) {
  const auto [base, offset] = terms_.split(address);
  if (base == value::kNoTerm) return;
  erase(base, offset, offset + bytes, true);
  forget_lent(base, offset, offset + bytes);
  count_change(base);
}

void Memory::lend(Term address, const llvm::Instruction& to) {
  const auto [base, offset] = terms_.split(address);
  std::vector<Lent> lent;
  const auto number = terms_.object_of(base);
  const auto* made = number ? state_.objects[*number].made : nullptr;
  const auto* local = llvm::dyn_cast_or_null<llvm::AllocaInst>(made);
  // A word of its own is lent to be changed.
  if (local != nullptr && local->getAllocatedType()->isAggregateType()) {
    for (const Lent& one : state_.lent)
      if (one.base == base && one.offset >= offset) lent.push_back(one);
    for (auto cell = at(base, offset); cell != state_.cells.end() && cell->base == base; ++cell)
      if (cell->stored && !terms_[cell->value].has_object)
        lent.push_back({base, cell->offset, cell->value, &to});
  }
  change(address, kWhole);
  state_.lent.insert(state_.lent.end(), lent.begin(), lent.end());
}

void Memory::forget_lent(Term base, std::int64_t from, std::int64_t to) {
  std::erase_if(state_.lent, [&](const Lent& one) {
    return one.base == base && one.offset < to &&
           one.offset + bytes_of(terms_[one.value].width) > from;
  });
}

void Memory::forget_all(Term base) {
  const auto first = first_of(base);
  auto end = first;
  while (end != state_.cells.end() && end->base == base) ++end;
  state_.cells.erase(first, end);
  count_change(base);
}

/// From now on what nobody stored there is something else.
void Memory::count_change(Term base) {
  if (Object* object = object_at(base)) object->changed = true;
  for (Change& one : state_.changes)
    if (one.base == base) {
      ++one.times;
      return;
    }
  state_.changes.push_back({base, 1});
}

void Memory::clear(Term address, std::int64_t bytes) {
  const auto [base, offset] = terms_.split(address);
  erase(base, offset, offset + bytes, false);
  // Word by word, as far as it is not too much: behind that it is unknown.
  constexpr std::int64_t kMost = 1024;
  if (bytes > kMost) count_change(base);
  const Term zero = terms_.constant(0, 64);
  const Term zero_byte = terms_.constant(0, 8);
  std::int64_t done = 0;
  for (; done + kWidest <= std::min(bytes, kMost); done += kWidest)
    store(terms_.plus(address, done), zero);
  for (; done < std::min(bytes, kMost); ++done) store(terms_.plus(address, done), zero_byte);
}

void Memory::copy(Term to, Term from, std::int64_t bytes) {
  const auto source = terms_.split(from), target = terms_.split(to);
  constexpr std::int64_t kMost = 512;
  // What nobody has read yet is read now, so that the copy is the same.
  if (bytes <= kMost)
    for (std::int64_t i = 0; i + kWidest <= bytes; i += kWidest) {
      const auto near = at(source.base, source.offset + i);
      const bool begun = near != state_.cells.end() && near->base == source.base &&
                         near->offset < source.offset + i + kWidest;
      if (!begun) load(terms_.plus(from, i), 64);
    }
  Cells moved;
  each_cell(source.base, [&](const Cell& cell) {
    if (cell.offset < source.offset || cell.offset + cell.size > source.offset + bytes) return;
    moved.push_back({target.base, cell.offset - source.offset + target.offset, cell.value,
                     cell.size, true, cell.number});
  });
  erase(target.base, target.offset, target.offset + bytes, false);
  forget_lent(target.base, target.offset, target.offset + bytes);
  if (bytes > kMost) count_change(target.base);
  for (const Cell& cell : moved) state_.cells.insert(at(cell.base, cell.offset), cell);
}

void Memory::leave(std::uint32_t first_local) {
  std::erase_if(state_.cells, [&](const Cell& cell) {
    const auto number = terms_.object_of(cell.base);
    return number && *number >= first_local && state_.objects[*number].place == Place::local;
  });
  std::erase_if(state_.lent,
                [&](const Lent& one) { return *terms_.object_of(one.base) >= first_local; });
}

}  // namespace pincheck::follow
