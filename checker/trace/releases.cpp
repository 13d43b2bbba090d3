// SPDX-License-Identifier: MIT
// How requests drop their references, as the probes tell of it.
#include <fmt/format.h>

#include <algorithm>

#include "checker/explain/sentences.hpp"
#include "checker/trace/monitor_state.hpp"

namespace pincheck::trace {
namespace {

/// How likely an entry is what is dropped there: its bio's, its caller's, anybody's, and last
/// another bio's, of which __bio_release_pages drops it.
constexpr int kOwn = 0;
constexpr int kLikely = 1;
constexpr int kAnybodys = 2;
constexpr int kAnotherBios = 3;

int distance(const Entry& entry, const TaskState& state, const Releasing* in) {
  const std::uint64_t bio = in != nullptr ? in->bio : state.bio;
  if (entry.bio != 0) return entry.bio == bio ? kOwn : kAnotherBios;
  return in == nullptr && entry.caller == state.caller ? kLikely : kAnybodys;
}

}  // namespace

void forget_newest(std::uint64_t pfn, std::int64_t times, std::vector<Taken>& pages) {
  for (std::size_t i = pages.size(); i-- > 0 && times > 0;) {
    if (pages[i].pfn != pfn) continue;
    const std::int64_t forgotten = std::min(times, pages[i].references);
    times -= forgotten;
    pages[i].references -= forgotten;
    if (pages[i].references == 0) pages.erase(pages.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

void Monitor::drop(std::uint64_t pfn, PageState& state, std::size_t at, Held as,
                   std::uint32_t index, std::int64_t references) {
  Entry& entry = state.entries[at];
  PathRow& path = row(entry.caller, entry.kind);
  (as == Held::pin ? path.unpinned : path.put) += references;
  const std::int64_t count = record(index).ref;
  // A small page's pin would be in the count that is read before it goes.
  if (as == Held::pin && entry.held == as && !entry.counted && count > 0 && count < kBias)
    state.large = true;
  if (entry.held != as)
    violate({.kind = EventKind::released,
             .held = entry.held,
             .as = as,
             .before = count,
             .after = count},
            pfn,
            explain::sentences::wrong_release(as, caller_name(entry.caller), page_name(pfn),
                                              entry.held),
            {entry.record, index});
  entry.references -= references;
  if (entry.references == 0) state.entries.erase(state.entries.begin() + static_cast<long>(at));
  state.was_unpinned =
      state.pins_known && std::none_of(state.entries.begin(), state.entries.end(),
                                       [](const Entry& e) { return e.held == Held::pin; });
  state.last_release = index;
}

/// How far what is dropped there may be from its own.
int Monitor::reach(const Releasing* in) const {
  if (in == nullptr || !knows_releases()) return kAnotherBios;
  const auto bio = ledger_.bios.find(in->bio);
  return bio != ledger_.bios.end() && bio->second.releases == 1 ? kOwn : kAnybodys;
}

/// The entry that a release most likely drops, the newest of those; their number if there is none.
std::size_t Monitor::nearest(std::uint32_t index, Held as, const TaskState& task,
                             const Releasing* in) {
  const Record& now = record(index);
  const PageState& state = page(now.page);
  const int furthest = reach(in);
  // Only a small page's count tells that there is no pin from before the trace.
  const bool surely =
      furthest == kOwn || as == Held::get || (!state.large && now.has_ref() && now.ref < kBias);
  for (const bool fitting : {true, false}) {
    if (!fitting && !surely) break;
    const int last = fitting ? furthest : std::min(furthest, kAnybodys);
    for (int far = kOwn; far <= last; ++far)
      for (std::size_t i = state.entries.size(); i-- > 0;)
        if ((state.entries[i].held == as) == fitting && distance(state.entries[i], task, in) == far)
          return i;
  }
  return state.entries.size();
}

void Monitor::release(std::uint32_t index, Held as, TaskState& task) {
  const Record& now = record(index);
  PageState& state = page(now.page);
  if (state.zero_page && as == Held::pin && now.ref < kBias) return;
  // A small page would have as many pins.
  if (as == Held::pin && now.n > 1 && now.has_ref() && now.ref < now.n * kBias) state.large = true;
  const Releasing* in = release_around(index);
  std::int64_t left = now.n;
  while (left > 0) {
    const std::size_t at = nearest(index, as, task, in);
    if (at == state.entries.size()) break;
    const Entry& entry = state.entries[at];
    if (distance(entry, task, in) == kAnotherBios) ledger_.bios[entry.bio].robbed = true;
    const std::int64_t taken = std::min(left, entry.references);
    left -= taken;
    drop(now.page, state, at, as, index, taken);
  }
  if (left > 0) release_unseen(index, as, left, now.n - left, in);
}

/// Nobody was seen taking what is dropped.
void Monitor::release_unseen(std::uint32_t index, Held as, std::int64_t left, std::int64_t own,
                             const Releasing* in) {
  const Record& now = record(index);
  const PageState& state = page(now.page);
  PathRow& path = row(Caller::gup, "user memory");
  (as == Held::pin ? path.unpinned : path.put) += left;
  path.unseen += left;
  if (as != Held::pin) return;
  if (ledger_.freed_unless_missed.erase(now.page) > 0) was_freed(now.page, index);
  const bool no_pin = now.has_ref() && now.ref < kBias;
  if (state.small && no_pin)
    violate(
        {.kind = EventKind::released, .as = as, .before = now.ref, .after = now.ref - kBias},
        now.page,
        fmt::format("page {:#x} is unpinned, but has no pin: the count is {}", now.page, now.ref),
        {index});
  if (state.was_unpinned && !state.large && no_pin)
    violate({.kind = EventKind::released, .as = as}, now.page,
            fmt::format("page {:#x} is unpinned once more than it was pinned", now.page),
            {state.last_release, index});
  const std::int64_t more = in == nullptr ? 0 : never_taken(index, left, own, *in);
  if (more > 0)
    violate({.kind = EventKind::released, .as = as}, now.page,
            fmt::format("page {:#x} is unpinned {} time(s) more than its bio pinned it", now.page,
                        more),
            {in->record, index});
}

void Monitor::gup_put(std::uint32_t index, TaskState& state) {
  const Record& now = record(index);
  if (now.page == kNoPfn) return;
  const bool is_pin = (now.flags & foll(trace_.kernel).pin) != 0;
  if (state.unpin != 0) {
    const std::uint32_t before = state.unpin - 1;
    state.unpin = 0;
    if (record(before).page != now.page || !is_pin)
      no_line_of(What::gup_put,
                 "unpin_user_folio does not lead to an unpin of its folio by gup_put_folio",
                 {before, index});
  }
  const Held as = is_pin ? Held::pin : Held::get;
  release(index, as, state);
  state.grabbed -= now.n;
  // GUP itself puts what it has just got, to get it again by another path.
  forget_newest(now.page, now.n, state.nfs_pages);
}

void Monitor::unpin(std::uint32_t index, TaskState& state) {
  const Record& now = record(index);
  if (!trace_.has(What::gup_put)) {
    if (now.page != kNoPfn) release(index, Held::pin, state);
    return;
  }
  if (trace_.flagless) return;  // the next may be an interrupt's
  if (state.unpin != 0)
    no_line_of(What::gup_put,
               "unpin_user_folio is entered, but the one before did not call gup_put_folio",
               {state.unpin - 1, index});
  state.unpin = index + 1;
}

void Monitor::nfs_put(std::uint32_t index, std::uint64_t pfn, Caller caller, std::int64_t times) {
  PageState& of = page(pfn);
  for (std::size_t i = of.entries.size(); i-- > 0 && times > 0;) {
    if (of.entries[i].caller != caller) continue;
    const std::int64_t put = std::min(times, of.entries[i].references);
    times -= put;
    drop(pfn, of, i, Held::get, index, put);
  }
}

void Monitor::nfs_release(std::uint32_t index, TaskState& state) {
  const Record& now = record(index);
  const Caller caller = is_nfs(state.caller) ? state.caller : Caller::nfs_write;
  const std::string_view kind = state.kind.empty() ? "?" : state.kind;
  std::int64_t left = now.n;
  auto& pages = state.nfs_pages;
  while (left > 0 && !pages.empty()) {
    const std::uint64_t pfn = pages.front().pfn;
    const std::int64_t put = std::min(left, pages.front().references);
    left -= put;
    pages.front().references -= put;
    if (pages.front().references == 0) pages.erase(pages.begin());
    nfs_put(index, pfn, caller, put);
  }
  if (left == 0) return;
  PathRow& path = row(caller, kind);
  path.put += left;
  path.unseen += left;
  // What kernel iterators give out is seen only where lib/iov_iter.c can be probed. That these are
  // gets is how both kernels are written (iov_iter_get_pages_alloc2, for every kind).
  if (kind != "?" && !user_backed(kind)) path.gotten += left;
  if (state.nfs_grabbed && (user_backed(kind) || trace_.shows_all(What::iov_get)))
    violate({.kind = EventKind::released, .as = Held::get}, now.page,
            fmt::format("{} puts {} page(s) more than it got, from page {:#x} on",
                        caller_name(caller), left, now.page),
            {state.nfs_since, index});
}

void Monitor::pipe_release(std::uint32_t index) {
  const Record& now = record(index);
  if (now.page == kNoPfn) return;
  PageState& state = page(now.page);
  for (std::size_t i = 0; i < state.entries.size(); ++i) {
    const Entry& entry = state.entries[i];
    if (entry.caller == Caller::gup && entry.held == Held::get)  // vmsplice
      return drop(now.page, state, i, Held::get, index, 1);
  }
  PathRow& path = row(Caller::splice, "pipe");
  ++path.put;
  ++path.unseen;
}

}  // namespace pincheck::trace
