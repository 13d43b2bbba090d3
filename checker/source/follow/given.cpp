// SPDX-License-Identifier: MIT
// Which page a callee is given, where that is known.
#include <fmt/format.h>

#include <algorithm>

#include "checker/source/follow/path.hpp"

namespace pincheck::follow {
namespace {

using callee::Callee;
using callee::Does;

bool takes_several(const Callee& callee) {
  return callee.does == Does::take_array || callee.does == Does::take_iterator ||
         callee.does == Does::take_batch;
}

/// So many pages from one that came with others. What came alone may be a folio, and have it.
bool is_beside_a_page(Path& path, Term pointer) {
  const auto [base, offset] = path.terms.split(pointer);
  const Object* object = path.memory.object_at(base);
  if (object == nullptr || object->place != Place::page) return false;
  if (offset == 0 && path.terms[base].kind == value::Kind::object) return false;
  const auto* made = llvm::dyn_cast<llvm::CallBase>(object->made);
  const llvm::Function* by = made == nullptr ? nullptr : called(*made);
  const Callee* callee = by ? path.run.callees.find(by->getName().str()) : nullptr;
  return callee != nullptr && takes_several(*callee);
}

/// Read from an object that pages are in, but at another place, as far as that is known.
bool lies_elsewhere(Path& path, Term page) {
  const Term base = path.terms[page].whose.base;
  const auto object = base == value::kNoTerm ? std::nullopt : path.terms.object_of(base);
  if (!object) return false;
  bool elsewhere = false;
  path.memory.each_cell_in(*object, [&](const Cell& cell) {
    const Object* held = path.memory.object_at(cell.value);
    elsewhere = elsewhere || (cell.base != base && held != nullptr && held->place == Place::page);
  });
  return elsewhere;
}

/// A null pointer is no failure of a callee unless one has failed so.
bool may_have_failed(Path& path, std::uint64_t word) {
  if (word != 0) return true;
  const auto marks = path.run.trail.to(path.state.trail);
  return std::any_of(marks.begin(), marks.end(), [](const Mark* one) { return one->gave_null; });
}

}  // namespace

bool is_unfilled(Path& path, Term page) {
  const value::Node& node = path.terms[page];
  // Tables of pages have marks in their words.
  if (node.kind == value::Kind::binary)
    return (path.terms.is_constant(node.b) && is_unfilled(path, node.a)) ||
           (path.terms.is_constant(node.a) && is_unfilled(path, node.b));
  const value::Whose& whose = node.whose;
  if (whose.base == value::kNoTerm || whose.times != 0) return false;
  const Object* object = path.memory.object_at(whose.base);
  return object != nullptr && (object->place == Place::heap || object->place == Place::local);
}

void ask(Path& path, const Callee& it, std::string_view question) {
  ++path.run.verdict
        .open[fmt::format("{}() at {} {}", it.name, place_in_source(path.at()), question)];
  throw PathEnds{};
}

/// The source has no address there.
void given_none(Path& path, const Callee& it, std::uint64_t word) {
  const std::string here = place_in_source(path.at());
  if (may_have_failed(path, word))
    return path.found(Wrong::never_taken,
                      fmt::format("{}() is given {} at {}", it.name,
                                  word == 0 ? "a null pointer" : "an error", here),
                      here);
  const std::string place = fmt::format("{}() at {}", it.name, here);
  if (path.run.knowledge != Knowledge::all) path.suspect(place + " is given a null pointer");
  // Others that went on like this one may be possible.
  if (!path.is_possible())
    path.run.impossible = true;
  else if (!path.is_of_a_change(place))
    ask(path, it, "is given a null pointer, and nothing has failed: can that be?");
}

Term given_page(Path& path, const Callee& it, Term source) {
  const std::string here = place_in_source(path.at());
  const Term pointer = path.simplified(source);
  const Term page = path.page_of(pointer);
  const auto word = path.terms.constant_of(page);
  if (word && path.terms.is_constant(source)) given_none(path, it, *word);
  if (word) throw PathEnds{};
  path.must_be_address(pointer);
  if (lies_elsewhere(path, page))
    ask(path, it,
        "is given what lies in an array, nobody knows where: is that what was put there?");
  if (is_beside_a_page(path, pointer))
    ask(path, it, "is given a page beside one that the path took: did it take that, too?");
  if (!is_unfilled(path, page)) return page;
  path.found(Wrong::never_taken,
             fmt::format("{}() at {} is given what nobody filled in", it.name, here), here);
  throw PathEnds{};
}

}  // namespace pincheck::follow
