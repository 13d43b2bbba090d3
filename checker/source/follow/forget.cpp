// SPDX-License-Identifier: MIT
#include "checker/source/follow/forget.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

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
/// Larger words are negative, in 32 bits.
constexpr std::uint64_t kLargest = 0x7fff'ffff;

/// Zero, the positive words, the errors, and the other negative ones, as far as the range has any.
value::Range signs_in(const value::Range& range, unsigned width) {
  using value::Range;
  const std::uint64_t all = value::mask(width), errors = all - value::kErrors;
  Range out;
  for (const Range& one : {Range::one(0), Range::between(1, all / 2),
                           Range::between(all / 2 + 1, errors), Range::between(errors + 1, all)})
    if (!range.meet(one).empty()) out = out.join(one);
  return out;
}

}  // namespace

value::Range signs_of(const value::Range& range, unsigned width) {
  if (range.empty() || range.highest() <= kSmall || width < 32) return range;
  return signs_in(range, width);
}

void forget_numbers(Path& path) {
  value::Terms& terms = path.terms;
  value::Facts& facts = path.state.facts;
  // Each becomes a word of its own: that two were the same is forgotten, too.
  const auto forget = [&](Term& term, bool in_memory) {
    term = path.simplified(term);
    const unsigned width = terms[term].width;
    // A pointer that is kept as a number.
    if (width == 64 && (terms[term].has_object || is_unfilled(path, term))) return;
    const auto word = terms.constant_of(term);
    const bool joins = path.run.knowledge == Knowledge::joined;
    if (word && !joins && (width < 32 || *word <= (in_memory ? kSmall : kLargest))) return;
    const value::Range range = facts.range_of(terms, term);
    term = path.forgotten(width);
    // A word is known until it is joined with others.
    if (word && joins)
      facts.narrow(terms, term, range);
    else if (!in_memory)
      facts.narrow(terms, term, signs_of(range, width));
  };
  for (Frame& frame : path.state.frames)
    for (const unsigned i : frame.code->numbers().set_bits()) forget(frame.registers[i], false);
  for (Cell& cell : path.state.cells)
    if (cell.number) forget(cell.value, true);
  facts.forget([&](Term term) { return terms[term].kind != value::Kind::symbol; });
  facts.widen([&](const value::Facts::Known& one) {
    const bool stays = path.run.knowledge == Knowledge::joined && one.range.only();
    return stays ? one.range : signs_of(one.range, terms[one.term].width);
  });
}

namespace {

/// What pages hang on: where their addresses are kept, and what they were counted of.
std::unordered_set<Term> bases_of_pages(const Path& path) {
  std::unordered_set<Term> all;
  for (const Cell& cell : path.state.cells)
    if (path.terms[cell.value].has_object) all.insert(cell.base);
  for (const Count& one : path.state.counts)
    if (one.gets != 0 || one.pins != 0) all.insert(path.terms.split(one.page).base);
  return all;
}

}  // namespace

void forget_pointers(Path& path) {
  value::Terms& terms = path.terms;
  const std::unordered_set<Term> kept = bases_of_pages(path);
  const auto stays = [&](Term base) {
    return base == value::kNoTerm || terms[base].has_object || kept.contains(base);
  };
  std::unordered_set<Term> changed;
  std::erase_if(path.state.cells, [&](const Cell& cell) {
    if (!cell.stored) return !terms[cell.value].has_object;
    if (stays(cell.base)) return false;
    changed.insert(cell.base);
    return true;
  });
  for (const Term base : changed) path.memory.forget_all(base);
  std::unordered_map<Term, Term> others;
  const auto forget = [&](Term& term) {
    term = path.simplified(term);
    const auto [base, offset] = terms.split(term);
    if (stays(base) || terms[base].width != 64 || is_unfilled(path, base)) return;
    const value::Node& node = terms[base];
    const bool of_nothing = node.whose.base == value::kNoTerm;
    const bool near = of_nothing || terms[node.whose.base].has_object;
    if (node.kind == value::Kind::symbol && near) return;
    const auto [place, is_new] = others.try_emplace(base);
    if (is_new) {
      place->second = path.forgotten(64);
      path.state.facts.narrow(terms, place->second, path.state.facts.range_of(terms, base));
    }
    term = terms.plus(place->second, offset);
  };
  for (Frame& frame : path.state.frames)
    for (Term& word : frame.registers) forget(word);
  for (Cell& cell : path.state.cells) forget(cell.value);
}

}  // namespace pincheck::follow
