// SPDX-License-Identifier: MIT
#include "checker/source/follow/forget.hpp"

#include <algorithm>
#include <unordered_map>

namespace pincheck::follow {

void Live::mark(Term term) {
  if (term == value::kNoTerm || marked_[static_cast<std::uint32_t>(term)]) return;
  marked_[static_cast<std::uint32_t>(term)] = true;
  const value::Node& node = terms_[term];
  mark(node.a);
  mark(node.b);
  for (const value::Part& part : node.parts) mark(part.of);
}

bool Live::has(Term term) const {
  if (term == value::kNoTerm || marked_[static_cast<std::uint32_t>(term)]) return true;
  const value::Node& node = terms_[term];
  if (node.kind == value::Kind::constant) return true;
  if (node.kind == value::Kind::symbol || node.kind == value::Kind::object) return false;
  return has(node.a) && has(node.b) &&
         std::all_of(node.parts.begin(), node.parts.end(),
                     [&](const value::Part& part) { return has(part.of); });
}

void forget_dead(Frame& frame, const llvm::BitVector& live, Term zero) {
  for (unsigned i = 0; i < frame.registers.size(); ++i)
    if (!live[i]) frame.registers[i] = zero;
}

void forget_read(Path& path) {
  // What was read of the path's own memory before it was filled in is still to be found.
  std::erase_if(path.state.cells, [&](const Cell& cell) {
    const Object* object = path.memory.object_at(cell.base);
    const bool own =
        object != nullptr && (object->place == Place::heap || object->place == Place::local);
    return !cell.stored && !own;
  });
  Live live(path.terms);
  for (const Frame& frame : path.state.frames)
    for (const Term word : frame.registers) live.mark(word);
  for (const Cell& cell : path.state.cells) {
    live.mark(cell.base);
    live.mark(cell.value);
  }
  for (const Count& one : path.state.counts) live.mark(one.page);
  path.state.facts.forget([&](Term term) { return !live.has(term); });
}

namespace {

/// Ranges up to here stay: pages are counted so.
constexpr std::uint64_t kSmall = 16;
constexpr std::uint64_t kErrors = 4095;

bool is_error(std::uint64_t word, unsigned width) {
  return width >= 32 && word > value::mask(width) - kErrors;
}

/// Whether it can be zero, positive, an error, or another negative word.
value::Range signs_of(const value::Range& range, unsigned width) {
  using value::Range;
  if (range.empty() || range.highest() <= kSmall || width < 32) return range;
  if (range.only() && !is_error(*range.only(), width)) return range;
  const std::uint64_t all = value::mask(width), errors = all - kErrors;
  Range out;
  for (const Range& one : {Range::one(0), Range::between(1, all / 2),
                           Range::between(all / 2 + 1, errors), Range::between(errors + 1, all)})
    if (!range.meet(one).empty()) out = out.join(one);
  return out;
}

}  // namespace

void forget_numbers(Path& path) {
  value::Terms& terms = path.terms;
  value::Facts& facts = path.state.facts;
  std::unordered_map<Term, Term> others;
  const auto forget = [&](Term& term) {
    const Term now = path.simplified(term);
    const value::Kind kind = terms[now].kind;
    const unsigned width = terms[now].width;
    if (terms[now].has_object || kind == value::Kind::symbol) return;
    if (kind == value::Kind::constant && !is_error(terms[now].value, width)) return;
    const auto [other, is_new] = others.try_emplace(now);
    if (is_new) {
      const value::Range signs = signs_of(facts.range_of(terms, now), width);
      other->second = path.unknown(width, "number");
      facts.narrow(terms, other->second, signs);
    }
    term = other->second;
  };
  for (Frame& frame : path.state.frames)
    for (const unsigned i : frame.code->numbers().set_bits()) forget(frame.registers[i]);
  for (Cell& cell : path.state.cells)
    if (cell.number) forget(cell.value);
  facts.forget([&](Term term) { return terms[term].kind != value::Kind::symbol; });
  facts.widen(
      [&](const value::Facts::Known& one) { return signs_of(one.range, terms[one.term].width); });
}

}  // namespace pincheck::follow
