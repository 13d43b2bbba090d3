// SPDX-License-Identifier: MIT
// Counts, freeing and writeback of pages.
#include <fmt/format.h>

#include <algorithm>

#include "checker/explain/sentences.hpp"
#include "checker/trace/monitor_state.hpp"

namespace pincheck::trace {
namespace {

/// Largest order of a free block (MAX_PAGE_ORDER).
constexpr std::int64_t kMaxOrder = 10;

}  // namespace

/// Once its context has gone on, every step that an early count can have had in it has its line.
bool Monitor::is_over(const Counting& count) {
  const auto& early = count.early();
  return early && !trace_.flagless && task(early->context).last > early->index;
}

void Monitor::observe(std::uint32_t index, std::uint64_t pfn, PageState& state, std::int64_t val) {
  const bool over = is_over(state.count);
  const auto wrong =
      state.count.observe(record(index).ref, val, index, record(index).context, over);
  if (wrong)
    (shows_steps_ ? found_.contradictions : found_.unexplained)
        .push_back(
            {fmt::format("the count of page {:#x} on this line is not what the steps before and "
                         "after it say",
                         pfn),
             {*wrong, index}});
}

void Monitor::reading(std::uint32_t index) {
  const Record& now = record(index);
  // 0 is a tail page's count, unless the page is being freed.
  if (!trace_.has_steps() || now.page == kNoPfn) return;
  if (now.ref == 0 && now.what != What::folio_free) return;
  observe(index, now.page, page(now.page), 0);
}

void Monitor::step(std::uint32_t index, TaskState& task) {
  const Record& now = record(index);
  if (now.page == kNoPfn) return;
  PageState& state = page(now.page);
  step_free(index, state);
  state.large = now.large;
  ++found_.steps.steps;
  switch (now.what) {
    case What::ref_set:
      close_count(now.page, state);
      state.count = {};
      state.last_step = 0;
      if (now.ref != now.n) contradict("page_ref_set does not set what it says", {index});
      return observe(index, now.page, state, 0);
    case What::ref_freeze: return observe(index, now.page, state, now.ret != 0 ? -now.n : 0);
    case What::ref_unfreeze:
      observe(index, now.page, state, now.n);
      return state.count.unfreeze(now.n);
    case What::ref_mod_unless:
      if (now.ret == 0) return observe(index, now.page, state, 0);
      break;
    default: break;
  }
  const auto wrong = state.count.step(now.ref, now.n, state.large, index);
  follow(index, state);
  observe(index, now.page, state, now.n);
  reserved_step(index, state);
  if (wrong) wrong_step(index, *wrong);
  const bool tests = probes()[now.probe].name == "page_ref_mod_and_test";
  if (tests && state.count.off() == 0 && (now.ret != 0) != (state.count.sum() == 0))
    contradict("page_ref_mod_and_test's ret does not fit the count", {index});
  if (task.in_iov_get && task.caller != Caller::gup && !user_backed(task.kind))
    extract(index, task);
}

/// What a line itself prints is sure. What is inferred from lines before it is only as long as all
/// steps have lines: events may not be enabled.
void Monitor::wrong_step(std::uint32_t index, const WrongStep& wrong) {
  const Record& now = record(index);
  PageState& state = page(now.page);
  if (!shows_steps_ && state.count.off() != 0) {
    unlined(now.page, now.ref, state.count.sum(), {index});
    state.count.resync(now.ref);
    if (now.ref >= 0) return;
  }
  const std::int64_t before = now.ref - now.n;
  violate({.kind = EventKind::released,
           .held = wrong.held,
           .as = wrong.as,
           .before = before,
           .after = now.ref},
          now.page,
          fmt::format("page {:#x} is {}, but {}: the count goes {} -> {}", now.page,
                      wrong.as == Held::pin ? "unpinned" : "put",
                      wrong.held == Held::pin   ? "only pins are left"
                      : wrong.held == Held::get ? "has no pin"
                                                : "nothing is left",
                      before, now.ref),
          {index});
}

/// A count that moved without a line, though not all events are known to be enabled.
void Monitor::unlined(std::uint64_t pfn, std::int64_t count, std::int64_t sum, Evidence evidence) {
  found_.unexplained.push_back(
      {fmt::format("the count of page {:#x} is {}, the steps that have lines add up to {}", pfn,
                   count, sum),
       std::move(evidence)});
}

/// The kernel itself holds a reserved page (the zero page) for ever: its last reference is not for
/// anybody to put, and free_pages_prepare() calls it a bad page.
void Monitor::reserved_step(std::uint32_t index, const PageState& state) {
  const Record& now = record(index);
  if (!now.reserved || now.n >= 0 || now.ref != 0) return;
  Evidence evidence = surplus(state).steps();
  if (evidence.empty() || evidence.back() != index) evidence.push_back(index);
  violate({.kind = EventKind::freed, .holders = 1}, now.page,
          fmt::format("page {:#x} is reserved, and the kernel's own reference to it is put: the "
                      "count goes {} -> 0",
                      now.page, -now.n),
          evidence);
}

void Monitor::freed(std::uint32_t index) {
  const Record& now = record(index);
  if (now.page == kNoPfn) return;
  const std::int64_t order =
      now.what == What::folio_free ? 0 : std::clamp<std::int64_t>(now.n, 0, kMaxOrder);
  const std::uint64_t end = now.page + (std::uint64_t{1} << order);
  if (now.what == What::page_free) free_again(index, now.page, end);
  for (std::uint64_t pfn = now.page; pfn < end; ++pfn) {
    if (now.what == What::page_free) ledger_.free[pfn] = {epoch_, index};
    if (now.what == What::page_alloc) ledger_.free.erase(pfn);
    const auto found = ledger_.pages.find(pfn);
    if (found == ledger_.pages.end()) continue;
    if (now.what == What::page_alloc) {
      free_unseen(pfn);
    } else {
      free_page(index, pfn);
      close_count(pfn, page(pfn), true);
    }
    ledger_.pages.erase(pfn);
  }
  if (now.what == What::page_alloc && order == 0) page(now.page).small = true;
}

/// A get whose put no probe shows may be long gone. Whose it is has to be sure for that: what a
/// task takes after an NFS call (get_futex_key() does) is not NFS's, but only the call's return
/// tells.
bool Monitor::put_is_seen(const Entry& entry) const {
  const auto ends = [&](What what) { return trace_.has_return(what) && !trace_.misses(what); };
  switch (entry.caller) {
    case Caller::bio: return entry.bio != 0 && trace_.has(What::bio_release);
    case Caller::nfs_read: return ends(What::nfs_read) && trace_.shows_all(What::nfs_release);
    case Caller::nfs_write: return ends(What::nfs_write) && trace_.shows_all(What::nfs_release);
    default: return false;
  }
}

void Monitor::free_page(std::uint32_t index, std::uint64_t pfn) {
  PageState& state = page(pfn);
  const bool stepped = state.count.stepped() && state.count.off() == 0;
  if (stepped && state.count.sum() <= 0) {  // whatever lines of releases are not there
    for (const Entry& entry : state.entries)
      if (entry.held == Held::pin) gone(entry);
    return;
  }
  Observed observed{.kind = EventKind::freed};
  Evidence evidence;
  for (const Entry& entry : state.entries) {
    if ((entry.held == Held::get && !put_is_seen(entry)) || missed(entry)) continue;
    observed.pins += entry.held == Held::pin ? 1 : 0;
    ++observed.holders;
    evidence.push_back(entry.record);
  }
  if (stepped && shows_steps_) {
    // The same references, seen twice.
    observed.pins = std::max(observed.pins, static_cast<int>(state.count.pins()));
    observed.holders = std::max(observed.holders, static_cast<int>(state.count.sum()));
  }
  evidence.push_back(index);
  const bool unless_missed = !(stepped && shows_steps_) && !trace_.profiled;
  const std::size_t before = found_.violations.size();
  violate(observed, pfn,
          fmt::format("page {:#x} is freed with {} reference(s) to it, {} of them pins", pfn,
                      observed.holders, observed.pins),
          evidence, unless_missed);
  if (unless_missed && found_.violations.size() > before) ledger_.freed_unless_missed.insert(pfn);
}

/// Its unpin comes after it was freed, and so had not been missed before.
void Monitor::was_freed(std::uint64_t pfn, std::uint32_t index) {
  for (Violation& violation : found_.violations) {
    if (violation.page != pfn || !violation.unless_missed) continue;
    violation.unless_missed = false;
    violation.evidence.push_back(index);
  }
}

void Monitor::start_writeback(std::uint32_t index) {
  const Record& now = record(index);
  const auto found = ledger_.pages.find(now.page);
  if (found == ledger_.pages.end() || found->second.epoch != epoch_) return;
  Observed observed{.kind = EventKind::writeback_started};
  Evidence evidence;
  for (const Entry& entry : found->second.entries) {
    if (entry.held != Held::pin || !entry.writes || may_be_gone(entry)) continue;
    ++observed.written;
    evidence.push_back(entry.record);
  }
  evidence.push_back(index);
  violate(observed, now.page, explain::sentences::written_back_under_pin(page_name(now.page)),
          evidence, !trace_.profiled);
}

void Monitor::close_early(std::uint64_t pfn, const Counting& count) {
  const auto& early = count.early();
  if (!early) return;
  (is_over(count) && shows_steps_ ? found_.contradictions : found_.unexplained)
      .push_back(
          {fmt::format("the count of page {:#x} on this line is not what the steps before and "
                       "after it say",
                       pfn),
           {early->index}});
}

/// Remembers the step as the newest of its page.
void Monitor::follow(std::uint32_t index, PageState& state) {
  if (step_before_.empty()) step_before_.resize(trace_.records.size());
  step_before_[index] = state.last_step;
  state.last_step = index + 1;
}

/// What the page's steps since its count began leave over.
Surplus Monitor::surplus(const PageState& state) const {
  std::vector<std::uint32_t> steps;
  for (std::uint32_t next = state.last_step; next != 0; next = step_before_[next - 1])
    steps.push_back(next - 1);
  Surplus left;
  for (std::size_t i = steps.size(); i-- > 0;) left.step(record(steps[i]).n, steps[i]);
  return left;
}

/// Most counts that end as their page is freed end where all do.
void Monitor::moved(std::uint64_t pfn, const PageState& state, std::int64_t last, bool freed) {
  constexpr std::size_t kMostKept = 1000;
  constexpr std::size_t kMostFreed = 100;
  if (found_.moved.size() >= (freed ? kMostFreed : kMostKept)) return;
  const Surplus steps = surplus(state);
  found_.moved.push_back({pfn, state.count.start(), last, freed, steps.steps(), steps.unlisted()});
}

void Monitor::close_count(std::uint64_t pfn, PageState& state, bool freed) {
  const Counting& count = state.count;
  if (!count.stepped()) return;
  const std::int64_t last = count.sum() + count.off();
  ++found_.steps.pages;
  if (last > count.start()) ++found_.steps.higher;
  if (last < count.start()) ++found_.steps.lower;
  if (last != count.start()) moved(pfn, state, last, freed);
  if (count.off() == 0) return close_early(pfn, count);
  if (!shows_steps_) return unlined(pfn, last, count.sum(), {count.off_since()});
  violate({.kind = EventKind::quiescent, .before = last, .after = count.sum()}, pfn,
          fmt::format("the count of page {:#x} is {}, its steps add up to {}: from this line on a "
                      "step is missing, or is there twice",
                      pfn, last, count.sum()),
          {count.off_since()});
}

}  // namespace pincheck::trace
