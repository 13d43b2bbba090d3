// SPDX-License-Identifier: MIT
// Pages that mm_page_free has given to the allocator: who still takes, drops or frees them?
#include <fmt/format.h>

#include "checker/trace/monitor_state.hpp"

namespace pincheck::trace {
namespace {

/// Drops a reference, or uses the page under one. Speculative gets (fast GUP's, the page cache's)
/// are not among them: they fail on a count of 0, and are meant to.
bool needs_reference(What what) {
  return what == What::gup_put || what == What::unpin || what == What::nfs_release ||
         what == What::pipe_release || what == What::start_writeback || what == What::mark_dirty;
}

EventKind kind_of(What what) {
  if (what == What::start_writeback) return EventKind::writeback_started;
  return what == What::mark_dirty ? EventKind::dirtied : EventKind::released;
}

const char* verb_of(What what) {
  switch (what) {
    case What::unpin: return "unpinned";
    case What::start_writeback: return "written back";
    case What::mark_dirty: return "dirtied";
    default: return "put";
  }
}

}  // namespace

/// The page was freed, and no line since shows it being allocated.
Free* Monitor::free_since(std::uint64_t pfn) {
  if (ledger_.free.empty()) return nullptr;
  const auto found = ledger_.free.find(pfn);
  return found == ledger_.free.end() || found->second.epoch != epoch_ ? nullptr : &found->second;
}

/// Its count says so: its allocation has no line, and others' may have none.
void Monitor::in_use_again(std::uint64_t pfn) {
  ledger_.free.erase(pfn);
  ledger_.allocated_unseen = true;
}

/// The count of a page in the allocator is 0, until page_ref_set gives it to somebody.
void Monitor::violate_free(const Observed& observed, std::uint32_t index, const std::string& what) {
  const std::uint64_t pfn = record(index).page;
  Free& free = ledger_.free[pfn];
  free.told = true;
  violate(observed, pfn, what, {free.record, index});
}

/// A probe's line that reads the count of a free page.
void Monitor::touch_free(std::uint32_t index) {
  const Record& now = record(index);
  const Free* free = now.has_ref() && now.what > What::folio_free ? free_since(now.page) : nullptr;
  if (free == nullptr) return;
  if (now.ref > free->count) return in_use_again(now.page);
  if (now.what == What::grab) return grab_free(index);
  if (!needs_reference(now.what) || now.ref > 0) return;
  const bool pin = now.what == What::unpin ||
                   (now.what == What::gup_put && (now.flags & foll(trace_.kernel).pin) != 0);
  const Observed observed{
      .kind = kind_of(now.what), .as = pin ? Held::pin : Held::get, .free = true};
  violate_free(observed, index,
               fmt::format("page {:#x} is {} while it is free", now.page,
                           pin ? "unpinned" : verb_of(now.what)));
}

/// The slow path takes what a page table maps, which holds a reference: a count of 0 there is a bug
/// (try_grab_folio() and try_grab_page() warn, and refuse).
void Monitor::grab_free(std::uint32_t index) {
  const Record& now = record(index);
  if (now.returns || !probes()[now.probe].result.empty()) return;
  const bool pin = (now.flags & foll(trace_.kernel).pin) != 0;
  violate_free(
      {.kind = EventKind::acquired, .free = true}, index,
      fmt::format("page {:#x} is {} while it is free", now.page, pin ? "pinned" : "gotten"));
}

/// A step of a free page's count.
void Monitor::step_free(std::uint32_t index, const PageState& state) {
  const Record& now = record(index);
  Free* free = state.free ? free_since(now.page) : nullptr;
  if (free == nullptr) return;
  const bool done = now.ret != 0;
  switch (now.what) {
    case What::ref_set:
    case What::ref_unfreeze: ledger_.free.erase(now.page); return;
    case What::ref_freeze:
    case What::ref_mod_unless:  // neither does anything to 0
      if (done) in_use_again(now.page);
      return;
    default: break;
  }
  const std::int64_t before = now.ref - now.n;
  if (before > free->count) return in_use_again(now.page);
  free->count = now.ref;
  // page_handle_poison() takes broken pages off the allocator, and gets them.
  if ((now.n < 0 && now.ref >= 0) || now.raw.find("hwpoison") != std::string_view::npos) return;
  const bool taken = now.n > 0;
  const bool pin = std::abs(now.n) >= kBias - 1;
  const char* verb = taken ? (pin ? "pinned" : "gotten") : (pin ? "unpinned" : "put");
  const Observed observed{.kind = taken ? EventKind::acquired : EventKind::released,
                          .as = pin ? Held::pin : Held::get,
                          .before = before,
                          .after = now.ref,
                          .free = true};
  violate_free(observed, index,
               fmt::format("page {:#x} is {} while it is free: the count goes {} -> {}", now.page,
                           verb, before, now.ref));
}

/// Any page of a block that is freed may be free already. Where allocations may have no line that
/// is what every page that is used again looks like: only what a context frees twice in a row, with
/// nothing else in between, is told then. mm_page_alloc alone is not enough: alloc_pages_bulk(), as
/// nfsd and page_pool use it, takes pages past it, and only page_ref_set shows them.
void Monitor::free_again(std::uint32_t index, std::uint64_t pfn, std::uint64_t end) {
  for (; pfn < end; ++pfn) {
    const Free* free = free_since(pfn);
    if (free == nullptr || free->told) continue;
    const bool in_a_row =
        free->record == previous_ && record(free->record).context == record(index).context;
    if (shows_allocations_ || in_a_row) return twice_freed(pfn, *free, index);
    ledger_.allocated_unseen = true;
  }
}

void Monitor::twice_freed(std::uint64_t pfn, const Free& free, std::uint32_t index) {
  const std::size_t before = found_.violations.size();
  violate({.kind = EventKind::freed, .free = true}, pfn,
          fmt::format("page {:#x} is freed while it is free", pfn), {free.record, index});
  for (std::size_t i = before; i < found_.violations.size(); ++i)
    found_.violations[i].unless_allocated = !shows_allocations_;
}

/// Pages come back without a line in this trace: that these did not is no longer likely.
void Monitor::drop_doubtful() {
  if (!ledger_.allocated_unseen) return;
  found_.doubtful +=
      std::erase_if(found_.violations, [](const Violation& one) { return one.unless_allocated; });
}

}  // namespace pincheck::trace
