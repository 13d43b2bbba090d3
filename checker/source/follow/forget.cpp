// SPDX-License-Identifier: MIT
#include "checker/source/follow/forget.hpp"

#include <algorithm>

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

}  // namespace pincheck::follow
