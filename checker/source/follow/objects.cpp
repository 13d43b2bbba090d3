// SPDX-License-Identifier: MIT
// What the callees that model/callees describes do to objects that pages are kept in, and to
// iterators.
#include <fmt/format.h>

#include "checker/source/follow/path.hpp"

namespace pincheck::follow {
namespace {

using callee::Callee;
using callee::Does;
using callee::Fails;
using callee::Kind;
using value::Op;

constexpr std::int64_t kNoMemory = -12;
constexpr std::int64_t kPointerBytes = 8;
/// Beyond all fields: how an object keeps its pages is its own affair.
constexpr std::int64_t kBeyond = std::int64_t{1} << 30;
/// An iov_iter has no field there, so that a copy of it copies what is kept there.
constexpr std::int64_t kKindPlace = 4;
/// How many pages it had when that was asked, and how many have come since: beyond all fields, but
/// near enough for a callee that nobody knows to change them.
constexpr std::int64_t kPagesPlace = std::int64_t{1} << 19;
constexpr std::int64_t kTakenPlace = kPagesPlace + 4;
constexpr std::int64_t kIteratorBytes = kTakenPlace + 4;
/// The length of an element; an sg_table's address of its elements, and twice their number.
constexpr std::int64_t kLengthPlace = 12;
constexpr std::int64_t kCountPlace = 8;
constexpr std::uint64_t kPageBytes = 4096;
/// Longer arrays are not cleared element by element.
constexpr std::uint64_t kMostElements = 8;

/// Bits of a refcount_t or atomic_t.
constexpr unsigned kCountBits = 32;

/// Nobody but the path can have taken or dropped what is counted there.
bool is_own(Path& path, Term place) {
  const Object* object = path.memory.object_at(place);
  return object != nullptr && object->place == Place::heap && !object->shared;
}

class Application {
 public:
  Application(Path& its_path, const llvm::CallBase& its_call, const Callee& its_callee)
      : path(its_path), call(its_call), it(its_callee) {}

  void find_page() {
    if (it.fails != Fails::never && path.choose(2) == 1) return past({result(0)});
    past({path.memory.address_of(path.memory.make(Place::page, &call))});
  }
  void set_count() {
    const Term place = argument(it.page);
    const Term count =
        it.count == callee::kNone ? path.constant(1, kCountBits) : argument(it.count);
    if (is_own(path, place)) path.memory.store(place, count);
    past({});
  }
  void add_count() {
    const Term place = argument(it.page);
    if (is_own(path, place))
      path.memory.store(place, path.terms.plus(path.memory.load(place, kCountBits), 1));
    past({});
  }
  void drop_count() { past({result(count_ends(path, argument(it.page)) ? 1 : 0)}); }
  void has_page() {
    if (path.terms[argument(it.page)].has_object) return past({result(1)});
    past({});
  }
  void contents() {
    const Term page = path.page_of(argument(it.page));
    if (path.terms[page].has_object) return past({path.terms.plus(page, kContents)});
    past({});
  }
  void next() {
    const Term element = argument(it.page);
    path.must_be_address(element);
    const Term marks = path.terms.binary(Op::bit_and, path.memory.load(element, 64),
                                         path.constant(static_cast<std::uint64_t>(it.last)));
    const bool more = path.truth(path.terms.compare(Op::equal, marks, path.constant(0)));
    past({more ? path.terms.plus(element, it.size) : path.constant(0)});
  }
  void init_array() {
    const Term array = argument(it.page);
    path.must_be_address(array);
    clear_elements(array, argument(it.count));
    past({});
  }
  /// Of pages: an element each, behind those that are there; else elements for the caller to fill.
  void make_table() {
    const Term table = argument(it.page);
    path.must_be_address(table);
    if (it.pages != callee::kNone) return extend_table(table);
    if (it.fails != Fails::never && path.choose(2) == 1) return fail();
    const Term array = path.memory.address_of(path.memory.make(Place::heap, &call));
    const Term count = argument(it.count);
    clear_elements(array, count);
    set_table(table, array, count);
    past({result(0)});
  }
  void extend_table(Term table) {
    const Term asked = argument(it.count);
    const std::uint64_t n = path.pick(asked, up_to(path.run.bounds.pages), Cut::pages);
    if (n > kMostElements) path.cut(Cut::pages);
    if (it.fails != Fails::never && path.choose(2) == 1) return fail();
    // Where nobody knows how many there are, the new ones are all that is known.
    const Term old = path.simplified(path.memory.load(table, 64));
    const auto there =
        path.terms.constant_of(path.memory.load(path.terms.plus(table, kCountPlace), 32));
    const bool extends = path.memory.object_at(old) != nullptr && there.has_value();
    const Term array = extends ? old : path.memory.address_of(path.memory.make(Place::heap, &call));
    std::uint64_t used = extends ? *there : 0;
    for (std::uint64_t i = 0; i < n; ++i, ++used) {
      const auto at = static_cast<std::int64_t>(i) * kPointerBytes;
      const Term page = path.memory.load(path.terms.plus(argument(it.pages), at), 64);
      const Term element = path.terms.plus(array, static_cast<std::int64_t>(used) * it.size);
      const Term mark = path.constant(i + 1 == n ? static_cast<std::uint64_t>(it.last) : 0);
      path.memory.store(element, path.terms.binary(Op::bit_or, page, mark));
      path.memory.store(path.terms.plus(element, kLengthPlace), path.constant(kPageBytes, 32));
      if (used > 0 && i == 0) unmark(path.terms.plus(element, -it.size));
    }
    set_table(table, array, path.constant(used, 32));
    past({result(0)});
  }
  void make_iterator() {
    const Term iterator = argument(it.page);
    path.must_be_address(iterator);
    path.memory.change(iterator, kIteratorBytes);
    const Term place = path.terms.plus(iterator, kKindPlace);
    if (it.kind == Kind::user) {
      path.memory.store(place, path.unknown(8, "kind"));
      path.assume(is_kind(path, iterator, Kind::user), true);
    } else {
      path.memory.store(place, path.constant(static_cast<std::uint64_t>(it.kind), 8));
    }
    if (it.pages != callee::kNone) put(iterator, argument(it.pages));
    past({});
  }
  void count_iterator() {
    const Term iterator = argument(it.page);
    path.must_be_address(iterator);
    const Term pages = path.unknown(kCountBits, "pages");
    path.state.facts.narrow(path.terms, pages,
                            value::Range::between(0, value::mask(kCountBits) / 2));
    // Where it may say fewer than there are, nothing is known.
    const auto most = path.terms.constant_of(argument(it.count));
    const bool all = most && *most > static_cast<std::uint64_t>(path.run.bounds.pages) * 8;
    if (!all) return past({});
    path.memory.store(path.terms.plus(iterator, kPagesPlace), pages);
    path.memory.store(path.terms.plus(iterator, kTakenPlace), path.constant(0, kCountBits));
    past({pages});
  }
  void revert_iterator() {
    const Term iterator = argument(it.page);
    path.must_be_address(iterator);
    path.memory.store(path.terms.plus(iterator, kPagesPlace),
                      path.constant(value::mask(kCountBits), kCountBits));
    past({});
  }
  void store() {
    const Term object = argument(it.pages);
    path.must_be_address(object);
    if (it.fails != Fails::never && path.choose(2) == 1) return fail();
    const Term kept = argument(it.page);
    put(object, kept);
    if (call.getType()->isVoidTy()) return past({});
    if (it.bytes != callee::kNone) return past({argument(it.bytes)});
    past({result(it.fails == Fails::null ? 1 : 0)});
  }
  void list_empty() {
    const Term head = argument(it.page);
    path.must_be_address(head);
    const bool empty = path.truth(path.terms.compare(Op::equal, path.memory.load(head, 64), head));
    if (empty) {
      path.memory.store(head, head);
      path.memory.store(path.terms.plus(head, kPointerBytes), head);
    }
    past({result(empty ? 1 : 0)});
  }
  void keep() {
    path.run.verdict.assumptions.insert(fmt::format("{}() drops later what it is given", it.name));
    const Term given = argument(it.page);
    if (Object* object = path.memory.object_at(given)) object->shared = true;
    std::vector<std::uint32_t> inside;
    path.terms.objects_in(given, inside);
    for (const std::uint32_t object : inside)
      if (Count* count = path.state.count_of(path.memory.address_of(object))) ++count->kept;
    past({});
  }
  /// As a number of the kernel's own.
  void iterator_kind() {
    std::uint64_t number = 0;
    for (const Kind kind : it.kinds) {
      if (number + 1 == it.kinds.size() || path.truth(is_kind(path, argument(it.page), kind)))
        break;
      ++number;
    }
    past({result(static_cast<std::int64_t>(number))});
  }
  void iterator_is() {
    const Term bit = is_kind(path, argument(it.page), it.kind);
    past({path.terms.cast(Op::zext, bit, width_of(call.getType(), path.run.layout))});
  }

 private:
  Path& path;
  const llvm::CallBase& call;
  const Callee& it;

  Term argument(int i) { return path.word(call.getArgOperand(static_cast<unsigned>(i))); }
  Term result(std::int64_t word) {
    return path.constant(static_cast<std::uint64_t>(word),
                         width_of(call.getType(), path.run.layout));
  }
  void past(Words words) {
    if (!call.getType()->isVoidTy()) path.set(call, std::move(words));
    ++path.state.frame().next;
  }
  void fail() {
    path.mark(fmt::format("{}() fails", it.name));
    past({result(it.fails == Fails::error ? kNoMemory : 0)});
  }
  static std::vector<std::uint64_t> up_to(int most) {
    std::vector<std::uint64_t> all;
    for (int n = 0; n <= most; ++n) all.push_back(static_cast<std::uint64_t>(n));
    return all;
  }
  void clear_elements(Term array, Term how_many) {
    const auto count = path.terms.constant_of(how_many);
    if (!count || *count == 0 || *count > kMostElements) return path.memory.change(array, kBeyond);
    const auto bytes = static_cast<std::int64_t>(*count) * it.size;
    path.memory.clear(array, bytes);
    path.memory.store(path.terms.plus(array, bytes - it.size),
                      path.constant(static_cast<std::uint64_t>(it.last)));
  }
  void unmark(Term element) {
    const Term marks = path.constant(~static_cast<std::uint64_t>(it.last));
    path.memory.store(element,
                      path.terms.binary(Op::bit_and, path.memory.load(element, 64), marks));
  }
  void set_table(Term table, Term array, Term count) {
    path.memory.store(table, array);
    path.memory.store(path.terms.plus(table, kCountPlace), count);
    path.memory.store(path.terms.plus(table, kCountPlace + 4), count);
  }
  void put(Term object, Term what) {
    const Term base = path.terms.split(object).base;
    std::int64_t used = 0;
    path.memory.each_cell(base, [&](const Cell& cell) { used += cell.offset >= kBeyond ? 1 : 0; });
    path.memory.store(path.terms.plus(base, kBeyond + used * kPointerBytes), what);
  }
};

}  // namespace

Term is_kind(Path& path, Term iterator, Kind kind) {
  path.must_be_address(iterator);
  const Term known = path.memory.load(path.terms.plus(iterator, kKindPlace), 8);
  if (kind == Kind::user)
    return path.terms.compare(Op::below, known,
                              path.constant(static_cast<std::uint64_t>(Kind::bvec), 8));
  return path.terms.compare(Op::equal, known, path.constant(static_cast<std::uint64_t>(kind), 8));
}

void advance_iterator(Path& path, Term iterator, std::int64_t pages) {
  const Term has = path.memory.load(path.terms.plus(iterator, kPagesPlace), kCountBits);
  const Term place = path.terms.plus(iterator, kTakenPlace);
  const auto before = path.terms.constant_of(path.memory.load(place, kCountBits));
  if (!before) return;
  const std::uint64_t taken = *before + static_cast<std::uint64_t>(pages);
  path.memory.store(place, path.constant(taken, kCountBits));
  if (!path.state.facts.narrow(path.terms, has,
                               value::Range::between(taken, value::mask(kCountBits))))
    throw PathEnds{};
}

bool count_ends(Path& path, Term place) {
  if (!is_own(path, place)) return path.choose(2) == 0;
  const Term left = path.terms.plus(path.memory.load(place, kCountBits), -1);
  const auto known = path.terms.constant_of(left);
  if (!known) return path.choose(2) == 0;
  path.memory.store(place, left);
  return *known == 0;
}

Words take_stored(Path& path, Term object) {
  const Term base = path.terms.split(object).base;
  Words all;
  std::vector<std::int64_t> places;
  path.memory.each_cell(base, [&](const Cell& cell) {
    if (cell.offset < kBeyond || !path.terms[cell.value].has_object) return;
    all.push_back(cell.value);
    places.push_back(cell.offset);
  });
  for (const std::int64_t place : places)
    path.memory.store(path.terms.plus(base, place), path.constant(0));
  return all;
}

void apply_to_object(Path& path, const llvm::CallBase& call, const Callee& it) {
  Application application(path, call, it);
  switch (it.does) {
    case Does::find_page: return application.find_page();
    case Does::set_count: return application.set_count();
    case Does::add_count: return application.add_count();
    case Does::drop_count: return application.drop_count();
    case Does::has_page: return application.has_page();
    case Does::contents: return application.contents();
    case Does::next: return application.next();
    case Does::init_array: return application.init_array();
    case Does::make_table: return application.make_table();
    case Does::iterator_is: return application.iterator_is();
    case Does::iterator_kind: return application.iterator_kind();
    case Does::count_iterator: return application.count_iterator();
    case Does::revert_iterator: return application.revert_iterator();
    case Does::make_iterator: return application.make_iterator();
    case Does::store: return application.store();
    case Does::list_empty: return application.list_empty();
    case Does::keep: return application.keep();
    case Does::take_array:
    case Does::take_iterator:
    case Does::take_page:
    case Does::take_new:
    case Does::take_batch:
    case Does::drop_page:
    case Does::drop_array:
    case Does::drop_range:
    case Does::drop_batch:
    case Does::drop_stored:
    case Does::allocate:
    case Does::free:
    case Does::same:
    case Does::call:
    case Does::fill:
    case Does::answer:
    case Does::nothing: return;
  }
}

}  // namespace pincheck::follow
