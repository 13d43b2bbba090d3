// SPDX-License-Identifier: MIT
// get_user_pages_fast and pin_user_pages_fast (mm/gup.c), one page at a time.
//
// Lockless part, gup_pte_range (6.1) / gup_fast_pte_range (6.12): read the PTE; add-unless-zero;
// for a pin the other bias - 1 (or _pincount); read the PTE again, undo if it changed. What fails
// goes the slow way: fault (under the folio lock, page_mkwrite for a shared file mapping), then
// follow_page_pte grabs under the page-table lock, where no unmap can come between.
//
// A convention that takes nothing only translates: the page is listed while its PTE is present.
//
// Left out: fork's write_protect_seq and unsharing of anonymous pages (no fork in the model), PMD
// mappings, and the refault of a page that was truncated, unmapped or reclaimed: such an
// extraction goes short, as it does on SIGBUS.
#include "model/iterators/fault.hpp"
#include "model/iterators/kind.hpp"

namespace pincheck {
namespace {

/// The grab and its check: add-unless-zero, for a pin the rest of it, and the PTE once more.
void grab_lockless(Builder& b, const Extraction& x, const std::string& top,
                   const std::string& slow) {
  const bool pin = x.take == Take::pin;
  const Effect undo = pin ? to::unpin(Role::array) : to::put(Role::array);
  const Test writable = is::pte(kPteWritable);
  auto grab = b.step("gup-grab", "try_grab_folio");
  if (b.has_check_named("gup/add-unless-zero")) {
    grab.outcome("taken", {is::ref_positive}, {to::get(Role::array)});
    grab.outcome("refused", {!is::ref_positive}, {}, at(slow));
  } else {
    grab.outcome("taken", {}, {to::get(Role::array)});
  }
  if (pin) b.step("gup-pin", "try_grab_folio").always({to::pin_rest(Role::array)});

  if (!b.has_check_named("gup/recheck-pte")) {
    b.step("gup-no-recheck", "gup_fast_pte_range").always({}, each_page(top, x.done));
    return;
  }
  std::vector<Test> same{is::pte(kMapped)};
  if (x.dest) same.push_back(writable);
  auto recheck = b.step("gup-recheck-pte", "gup_fast_pte_range");
  recheck.outcome("same", same, {}, each_page(top, x.done));
  recheck.outcome("changed", {!is::pte(kMapped)}, {undo}, at(slow));
  if (x.dest) recheck.outcome("changed", {is::pte(kMapped), !writable}, {undo}, at(slow));
}

/// What follow_page_pte does with a page that is mapped as it should be.
std::vector<Effect> take_slowly(Take take) {
  if (take == Take::none) return {};
  return {take == Take::pin ? to::pin(Role::array) : to::get(Role::array)};
}

}  // namespace

void gup(Builder& b, const Extraction& x) {
  const bool takes = x.take != Take::none;
  const auto top = b.fresh("gup");
  const auto slow = b.fresh("slow");
  const auto grab_slowly = b.fresh("grab-slowly");
  const auto interrupted = b.fresh("interrupted");
  const Test writable = is::pte(kPteWritable);

  b.label(top);
  auto read = b.step("gup-read-pte", "gup_fast_pte_range");
  std::vector<Test> present{is::pte(kMapped), !is::backing(Backing::zero)};
  if (x.dest) present.push_back(writable);
  read.outcome("present", present, {}, takes ? Next{} : each_page(top, x.done));
  read.outcome("absent", {!is::pte(kMapped)}, {}, at(slow));
  if (x.dest)
    read.outcome("read-only", {is::pte(kMapped), !writable}, {}, at(slow));
  else
    read.outcome("special", {is::pte(kMapped), is::backing(Backing::zero)}, {}, at(slow));

  if (takes) grab_lockless(b, x, top, slow);

  b.label(slow);
  fault_in(b, x.dest, grab_slowly, interrupted);

  b.label(grab_slowly);
  auto slowly = b.step("gup-slow", "follow_page_pte");
  std::vector<Test> mapped{is::pte(kMapped), is::ref_positive};
  if (x.dest) mapped.push_back(writable);
  slowly.outcome("taken", mapped, take_slowly(x.take), each_page(top, x.done));
  slowly.outcome("refused", {is::pte(kMapped), !is::ref_positive}, {}, at(interrupted));
  slowly.outcome("absent", {!is::pte(kMapped)}, {}, at(slow));
  if (x.dest)
    slowly.outcome("read-only", {is::pte(kMapped), is::ref_positive, !writable}, {}, at(slow));

  b.label(interrupted);
  stops_here(b.step("gup-stop", "internal_get_user_pages_fast"), "short", {}, x);
}

}  // namespace pincheck
