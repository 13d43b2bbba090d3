// SPDX-License-Identifier: MIT
// What the callees that model/callees describes do to a path.
#include <fmt/format.h>

#include <algorithm>

#include "checker/source/follow/path.hpp"

namespace pincheck::follow {
namespace {

using callee::By;
using callee::Callee;
using callee::Does;
using callee::Fails;

/// -EFAULT and -ENOMEM.
constexpr std::int64_t kFault = -14;
constexpr std::int64_t kNoMemory = -12;
constexpr std::int64_t kPageBytes = 4096;
constexpr std::int64_t kPointerBytes = 8;
/// Where the data of a file's or user's range begins in its first page: not always at 0.
constexpr std::int64_t kStart = 512;
/// Where a folio_batch's folios begin; its first byte says how many there are.
constexpr std::int64_t kBatchPages = 8;
/// Larger arrays, in pages, are not followed.
constexpr std::uint64_t kMostPages = 64;

class Application {
 public:
  Application(Path& its_path, const llvm::CallBase& its_call, const Callee& its_callee)
      : path(its_path), call(its_call), it(its_callee) {}

  void run() {
    switch (it.does) {
      case Does::take_array: return take_array();
      case Does::take_iterator: return take_iterator();
      case Does::take_page: return take_page();
      case Does::take_new: return take_new();
      case Does::take_batch: return take_batch();
      case Does::drop_page: return drop_page();
      case Does::drop_array: return drop_array();
      case Does::drop_range: return drop_range();
      case Does::drop_batch: return drop_batch();
      case Does::drop_stored: return drop_stored();
      case Does::allocate: return allocate();
      case Does::free: return free();
      case Does::same: return past({argument(it.page)});
      case Does::call: return may_call();
      case Does::find_page:
      case Does::set_count:
      case Does::add_count:
      case Does::drop_count:
      case Does::has_page:
      case Does::contents:
      case Does::next:
      case Does::init_array:
      case Does::make_table:
      case Does::iterator_is:
      case Does::iterator_kind:
      case Does::make_iterator:
      case Does::count_iterator:
      case Does::revert_iterator:
      case Does::store:
      case Does::list_empty:
      case Does::keep: return apply_to_object(path, call, it);
      case Does::fill: return fill();
      case Does::answer: return past({result(it.answer)});
      case Does::nothing: return past({});
    }
  }

 private:
  Path& path;
  const llvm::CallBase& call;
  const Callee& it;

  Term argument(int i) { return path.word(call.getArgOperand(static_cast<unsigned>(i))); }
  /// As the source has it: what the path's conditions make null or an error is still a variable.
  Term written(int i) { return path.words(call.getArgOperand(static_cast<unsigned>(i))).front(); }
  unsigned width() const { return width_of(call.getType(), path.run.layout); }
  Term result(std::int64_t word) {
    return path.constant(static_cast<std::uint64_t>(word), width());
  }
  Term bit_word(bool value) { return result(value ? 1 : 0); }
  void past(Words words) {
    if (!call.getType()->isVoidTy()) path.set(call, std::move(words));
    ++path.state.frame().next;
  }
  Term failure() { return result(it.fails == Fails::error ? kNoMemory : 0); }
  std::vector<std::uint64_t> counts_from(std::uint64_t first) const {
    std::vector<std::uint64_t> all;
    for (std::uint64_t n = first; n <= static_cast<std::uint64_t>(path.run.bounds.pages); ++n)
      all.push_back(n);
    return all;
  }
  const char* what() const { return it.by == By::get ? "get" : "pin"; }

  // References.

  /// A page that nobody on the path had before.
  Term new_page() { return path.memory.address_of(path.memory.make(Place::page, &call)); }
  void take(Term page, By by, int n) {
    Count& count = path.count(page);
    (by == By::get ? count.gets : count.pins) += n;
    const Object* object = path.memory.object_at(page);
    count.ours = object != nullptr && object->place == Place::page;
    count.counted = true;
    count.passed_at = nullptr;
  }
  void note_taken(const std::vector<Term>& pages, std::string text) {
    path.mark(std::move(text), pages);
    for (const Term page : pages) path.count(page).taken = path.state.trail;
  }
  std::string taken_at(const Count& count) const {
    return count.taken == 0 ? "elsewhere" : place_in_source(*path.run.trail[count.taken].at);
  }
  std::string here() const { return place_in_source(call); }

  void drop(Term source, int n) {
    const Term page = given_page(path, it, source);
    const Object* object = path.memory.object_at(page);
    Count& count = path.count(page);
    int& mine = it.by == By::get ? count.gets : count.pins;
    int& others = it.by == By::get ? count.pins : count.gets;
    const bool ours = object != nullptr && object->place == Place::page;
    if (!ours || mine >= n) {
      mine -= n;
    } else if (others >= n) {
      path.found(Wrong::wrong_primitive,
                 fmt::format("{}() at {} drops a {}, but {} took a {}", it.name, here(), what(),
                             taken_at(count), it.by == By::get ? "pin" : "get"),
                 fmt::format("{} {}", here(), taken_at(count)));
      others -= n;
    } else {
      path.found(Wrong::dropped_twice,
                 fmt::format("{}() at {} drops a {} that {}, taken at {}", it.name, here(), what(),
                             count.dropped == 0
                                 ? std::string("nobody took")
                                 : fmt::format("{} dropped before",
                                               place_in_source(*path.run.trail[count.dropped].at)),
                             taken_at(count)),
                 fmt::format("{} {}", here(), taken_at(count)));
      throw PathEnds{};
    }
    count.kept = std::min(count.kept, std::max({count.gets, count.pins, 0}));
    path.mark(fmt::format("{}()", it.name), {page});
    path.count(page).dropped = path.state.trail;
  }

  // Callees.

  /// Of `asked` pages: an error, all, or fewer.
  std::vector<std::int64_t> outcomes(std::int64_t asked) const {
    std::vector<std::int64_t> all{asked};
    for (std::int64_t fewer = asked - 1; fewer > 0; --fewer)
      if (fewer == 1 || fewer == asked - 1) all.push_back(fewer);
    all.push_back(it.fails == Fails::error ? kFault : 0);
    return all;
  }
  void take_array() {
    const Term asked_term = argument(it.count);
    const std::uint64_t asked = path.pick(asked_term, counts_from(0), Cut::pages);
    const std::int64_t asked_signed = value::as_signed(asked, path.terms[asked_term].width);
    if (asked_signed <= 0) {
      path.mark(fmt::format("{}(): asked for none", it.name));
      return past({result(0)});
    }
    if (asked > kMostPages) path.cut(Cut::pages);
    const auto all = outcomes(asked_signed);
    const std::int64_t got =
        all[static_cast<std::size_t>(path.choose(static_cast<int>(all.size())))];
    const Term array = argument(it.pages);
    const bool stores = path.terms.constant_of(array) != 0;
    if (stores) path.must_be_address(array);
    std::vector<Term> pages;
    for (std::int64_t i = 0; stores && i < got; ++i) {
      pages.push_back(new_page());
      take(pages.back(), it.by, 1);
      path.memory.store(path.terms.plus(array, i * kPointerBytes), pages.back());
    }
    note_taken(pages, got < 0 ? fmt::format("{}() fails", it.name)
                              : fmt::format("{}(): {} of {}", it.name, got, asked_signed));
    past({result(got)});
  }

  void take_iterator() {
    const By by = it.by == By::get ? By::get : By::pin;
    const bool counted =
        it.by != By::user_pin || path.truth(is_kind(path, argument(it.page), callee::Kind::user));
    std::vector<std::int64_t> all;
    for (std::int64_t n = path.run.bounds.pages; n > 0; --n) all.push_back(n);
    all.push_back(0);
    const std::int64_t got =
        all[static_cast<std::size_t>(path.choose(static_cast<int>(all.size())))];
    if (got == 0) {
      path.mark(fmt::format("{}() fails", it.name));
      return past({result(kFault)});
    }
    advance_iterator(path, argument(it.page), got);
    limit(it.count, got);
    limit(it.bytes, got * kPageBytes - kStart);
    const Term array = array_of_iterator();
    std::vector<Term> pages;
    for (std::int64_t i = 0; i < got; ++i) {
      pages.push_back(new_page());
      if (counted) take(pages.back(), by, 1);
      path.memory.store(path.terms.plus(array, i * kPointerBytes), pages.back());
    }
    if (it.start != callee::kNone) path.memory.store(argument(it.start), path.constant(kStart));
    note_taken(pages, fmt::format("{}(): {} pages{}", it.name, got,
                                  counted ? "" : ", not of user memory: no reference"));
    past({result(got * kPageBytes - kStart)});
  }
  /// What was asked for is at least what came.
  void limit(int which, std::int64_t least) {
    if (which == callee::kNone) return;
    const Term asked = argument(which);
    const unsigned bits = path.terms[asked].width;
    if (!path.state.facts.narrow(
            path.terms, asked,
            value::Range::between(static_cast<std::uint64_t>(least), value::mask(bits))))
      throw PathEnds{};
  }
  Term array_of_iterator() {
    const Term place = argument(it.pages);
    path.must_be_address(place);
    if (!it.makes_array) return place;
    // iov_iter_extract_pages() makes one only where there is none yet.
    if (it.by == By::user_pin) {
      const Term old = path.simplified(path.memory.load(place, 64));
      if (path.terms.constant_of(old) != 0) {
        path.must_be_address(old);
        return old;
      }
    }
    const Term made = path.memory.address_of(path.memory.make(Place::heap, &call));
    path.memory.store(place, made);
    return made;
  }

  void take_page() {
    const Term pointer = argument(it.page);
    const std::uint64_t n =
        it.count == callee::kNone ? 1 : path.pick(argument(it.count), counts_from(1), Cut::pages);
    const bool taken = it.fails == Fails::never || path.choose(2) == 0;
    if (!taken) {
      path.mark(fmt::format("{}() fails", it.name));
      return past({failure()});
    }
    const Term page = given_page(path, it, written(it.page));
    take(page, it.by, static_cast<int>(std::min(n, kMostPages)));
    note_taken({page}, fmt::format("{}()", it.name));
    past({call.getType()->isPointerTy() ? pointer
          : call.getType()->isVoidTy()  ? pointer
                                        : result(1)});
  }
  void take_new() {
    if (it.fails != Fails::never && path.choose(2) == 1) {
      path.mark(fmt::format("{}() fails", it.name));
      if (it.fails == Fails::null) path.run.trail.gives_null(path.state.trail);
      return past({failure()});
    }
    const Term page = new_page();
    take(page, it.by, 1);
    note_taken({page}, fmt::format("{}()", it.name));
    past({page});
  }

  /// Fewer than there are come when the batch is full, or there are no more.
  void take_batch() {
    const Term batch = argument(it.page);
    path.must_be_address(batch);
    const int got = path.choose(path.run.bounds.pages + 1);
    std::vector<Term> pages;
    for (int i = 0; i < got; ++i) {
      pages.push_back(new_page());
      take(pages.back(), it.by, 1);
      path.memory.store(path.terms.plus(batch, kBatchPages + i * kPointerBytes), pages.back());
    }
    path.memory.store(batch, path.constant(static_cast<std::uint64_t>(got), 8));
    note_taken(pages, fmt::format("{}(): {}", it.name, got));
    past({result(got)});
  }

  void drop_page() {
    const std::uint64_t n =
        it.count == callee::kNone ? 1 : path.pick(argument(it.count), counts_from(1), Cut::pages);
    if (n > kMostPages) path.cut(Cut::pages);
    drop_of_folio(static_cast<int>(n));
    past({});
  }
  /// References to one folio were taken as such, or with its pages: these follow each other.
  void drop_of_folio(int n) {
    const Term first = written(it.page);
    const Term page = path.page_of(path.simplified(first));
    const Object* object = path.memory.object_at(page);
    const Count* count = path.state.count_of(page);
    const bool ours = object != nullptr && object->place == Place::page && count != nullptr;
    if (n < 2 || !ours || std::max(count->gets, count->pins) >= n) {
      if (n > 0) drop(first, n);
      return;
    }
    for (int i = 0; i < n; ++i) drop(next_page(static_cast<std::uint64_t>(i)), 1);
  }
  void drop_array() {
    const Term count = argument(it.count);
    const std::uint64_t n = path.pick(count, counts_from(0), Cut::pages);
    // A negative one is warned of, and ignored.
    if (value::as_signed(n, path.terms[count].width) < 0) return past({});
    if (n > kMostPages) path.cut(Cut::pages);
    const Term array = argument(it.pages);
    for (std::uint64_t i = 0; i < n; ++i) {
      const Term place = path.terms.plus(array, static_cast<std::int64_t>(i) * kPointerBytes);
      path.must_be_address(place);
      const Term page = path.memory.load(place, 64);
      if (it.skips_null && path.terms.constant_of(path.simplified(page)) == 0) continue;
      drop(page, 1);
    }
    past({});
  }
  void drop_range() {
    const std::uint64_t n = path.pick(argument(it.count), counts_from(0), Cut::pages);
    if (n > kMostPages) path.cut(Cut::pages);
    for (std::uint64_t i = 0; i < n; ++i) drop(next_page(i), 1);
    past({});
  }
  void drop_batch() {
    const Term batch = argument(it.page);
    path.must_be_address(batch);
    const std::uint64_t n = path.pick(path.memory.load(batch, 8), counts_from(0), Cut::pages);
    if (n > kMostPages) path.cut(Cut::pages);
    for (std::uint64_t i = 0; i < n; ++i) {
      const std::int64_t at = kBatchPages + static_cast<std::int64_t>(i) * kPointerBytes;
      drop(path.memory.load(path.terms.plus(batch, at), 64), 1);
    }
    path.memory.store(batch, path.constant(0, 8));
    past({});
  }
  void drop_stored() {
    for (const Term page : take_stored(path, argument(it.page))) drop(page, 1);
    past({});
  }
  /// The i-th page of a range: those that came with the first one from one call follow it.
  Term next_page(std::uint64_t i) {
    const Term first = written(it.page);
    const auto number = path.terms.object_of(path.page_of(path.simplified(first)));
    if (i == 0 || !number) return first;
    const auto& objects = path.state.objects;
    const std::size_t next = *number + i;
    if (next < objects.size() && objects[next].place == Place::page &&
        objects[next].made == objects[*number].made)
      return path.memory.address_of(static_cast<std::uint32_t>(next));
    ask(path, it, fmt::format("drops page {} of a range: is that one that the path took?", i + 1));
  }

  void allocate() {
    if (it.fails != Fails::never && path.choose(2) == 1) {
      path.mark(fmt::format("{}() fails", it.name));
      return past({failure()});
    }
    past({path.memory.address_of(path.memory.make(Place::heap, &call, zeroed()))});
  }
  /// __GFP_ZERO.
  bool zeroed() {
    constexpr std::uint64_t kZero = 0x100;
    if (it.zeroed || it.flags == callee::kNone) return it.zeroed;
    const auto flags = path.terms.constant_of(argument(it.flags));
    return flags && (*flags & kZero) != 0;
  }
  void free() {
    const Term pointer = argument(it.page);
    if (const Object* page = path.memory.object_at(pointer); page && page->place == Place::page) {
      drop(pointer, 1);
      return past({});
    }
    const Term base = path.terms.split(pointer).base;
    if (Object* object = path.memory.object_at(pointer))
      object->freed = true;
    else if (base != value::kNoTerm)
      path.memory.forget_all(base);
    past({});
  }
  /// How much it fills is not known; what was there of pages stays.
  void fill() {
    constexpr std::int64_t kWhole = 1 << 20;
    const Term to = argument(it.page);
    const Object* object = path.memory.object_at(to);
    if (object != nullptr && object->place != Place::global) path.memory.change(to, kWhole);
    past({});
  }
  void may_call() {
    const Object* object = path.memory.object_at(argument(it.function));
    const auto* function =
        object ? llvm::dyn_cast_or_null<llvm::Function>(object->global) : nullptr;
    const bool calls = it.fails == Fails::never || count_ends(path, argument(it.page));
    path.mark(fmt::format("{}(): {}", it.name, calls ? "calls" : "does not call"));
    if (!calls || function == nullptr || function->isDeclaration()) {
      if (calls) path.run.verdict.assumptions.insert(fmt::format("{}()'s function", it.name));
      return past({bit_word(calls)});
    }
    const Term given = argument(it.page);
    // Returns to after this call, with what it returned.
    if (!call.getType()->isVoidTy()) path.set(call, {bit_word(true)});
    enter(path, *function, {{given}});
  }
};

}  // namespace

void apply(Path& path, const llvm::CallBase& call, const Callee& it) {
  Application(path, call, it).run();
}

}  // namespace pincheck::follow
