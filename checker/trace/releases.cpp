// SPDX-License-Identifier: MIT
// How requests drop their references, as the probes tell of it.
#include <fmt/format.h>

#include <algorithm>

#include "checker/trace/monitor_state.hpp"

namespace pincheck::trace {
namespace {

const char* release_words(Held as) { return as == Held::pin ? "unpinned" : "put"; }
const char* held_words(Held held) {
  return held == Held::pin   ? "was pinned"
         : held == Held::get ? "was only gotten"
                             : "is not held any more";
}

/// A page of a large folio is in a bio as often as it was taken for it.
std::int64_t references_of(std::uint64_t bio, const PageState& state) {
  std::int64_t sum = 0;
  for (const Entry& entry : state.entries) sum += entry.bio == bio ? entry.references : 0;
  return sum;
}

/// GUP itself puts what it has just got, to get it again by another path.
void forget_newest(std::uint64_t pfn, std::int64_t times, std::vector<Taken>& pages) {
  for (std::size_t i = pages.size(); i-- > 0 && times > 0;) {
    if (pages[i].pfn != pfn) continue;
    const std::int64_t forgotten = std::min(times, pages[i].references);
    times -= forgotten;
    pages[i].references -= forgotten;
    if (pages[i].references == 0) pages.erase(pages.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

}  // namespace

void Monitor::drop(std::uint64_t pfn, PageState& state, std::size_t at, Held as,
                   std::uint32_t index, std::int64_t references) {
  Entry& entry = state.entries[at];
  PathRow& path = row(entry.caller, entry.kind);
  (as == Held::pin ? path.unpinned : path.put) += references;
  const std::int64_t count = record(index).ref;
  if (entry.held != as)
    violate({.kind = EventKind::released,
             .held = entry.held,
             .as = as,
             .before = count,
             .after = count},
            pfn,
            fmt::format("page {:#x} is {} by {}, but {}", pfn, release_words(as),
                        caller_name(entry.caller), held_words(entry.held)),
            {entry.record, index});
  entry.references -= references;
  if (entry.references == 0) state.entries.erase(state.entries.begin() + static_cast<long>(at));
  state.was_unpinned =
      state.pins_known && std::none_of(state.entries.begin(), state.entries.end(),
                                       [](const Entry& e) { return e.held == Held::pin; });
  state.last_release = index;
}

void Monitor::release(std::uint32_t index, std::uint64_t pfn, Held as, std::int64_t references,
                      std::uint64_t bio) {
  PageState& state = page(pfn);
  const Record& now = record(index);
  if (state.zero_page && as == Held::pin && now.ref < kBias) return;
  // A small page would have as many pins.
  if (as == Held::pin && now.n > 1 && now.has_ref() && now.ref < now.n * kBias) state.large = true;
  // Only a small page's count tells that there is no pin from before the trace.
  const bool surely =
      bio != 0 || as == Held::get || (!state.large && now.ref >= 0 && now.ref < kBias);
  for (const bool fitting : {true, false}) {
    if (!fitting && !surely) break;
    for (std::size_t i = state.entries.size(); i-- > 0 && references > 0;) {
      const Entry& entry = state.entries[i];
      if ((entry.held == as) != fitting || (bio != 0 && entry.bio != bio)) continue;
      const std::int64_t taken = std::min(references, entry.references);
      references -= taken;
      drop(pfn, state, i, as, index, taken);
    }
  }
  if (references <= 0) return;
  if (as == Held::pin && ledger_.freed_unless_missed.erase(pfn) > 0) was_freed(pfn, index);
  const bool no_pin = !state.large && now.has_ref() && now.ref < kBias;
  if (as == Held::pin && state.small && now.has_ref() && now.ref < kBias)
    violate({.kind = EventKind::released, .as = as, .before = now.ref, .after = now.ref - kBias},
            pfn,
            fmt::format("page {:#x} is unpinned, but has no pin: the count is {}", pfn, now.ref),
            {index});
  if (as == Held::pin && state.was_unpinned && no_pin)
    violate({.kind = EventKind::released, .as = as}, pfn,
            fmt::format("page {:#x} is unpinned once more than it was pinned", pfn),
            {state.last_release, index});
  PathRow& path = row(Caller::gup, "user memory");
  (as == Held::pin ? path.unpinned : path.put) += references;
  path.unseen += references;
}

/// The bio whose __bio_release_pages that context is inside of; 0: none.
std::uint64_t Monitor::releasing_bio(const Context& context) const {
  const auto& cpus = ledger_.releasing;
  if (context.cpu >= cpus.size() || !(cpus[context.cpu].context == context)) return 0;
  return cpus[context.cpu].bio;
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
  release_first_of_bio(index, is_pin ? Held::pin : Held::get);
}

void Monitor::release_first_of_bio(std::uint32_t index, Held as) {
  const Record& now = record(index);
  const std::uint64_t bio = releasing_bio(now.context);
  const std::int64_t own = bio == 0 ? 0 : std::min(now.n, references_of(bio, page(now.page)));
  if (own > 0) release(index, now.page, as, own, bio);
  if (now.n > own) release(index, now.page, as, now.n - own, 0);
  forget_newest(now.page, now.n, state.nfs_pages);
}

void Monitor::unpin(std::uint32_t index, TaskState& state) {
  const Record& now = record(index);
  if (!trace_.has(What::gup_put)) {
    if (now.page != kNoPfn) release_first_of_bio(index, Held::pin);
    return;
  }
  if (state.unpin != 0)
    no_line_of(What::gup_put,
               "unpin_user_folio is entered, but the one before did not call gup_put_folio",
               {state.unpin - 1, index});
  state.unpin = index + 1;
}

void Monitor::bio_release(std::uint32_t index) {
  const Record& now = record(index);
  const bool old = trace_.kernel == Kernel::v6_1;
  // Bit 0: BIO_NO_PAGE_REF on 6.1, BIO_PAGE_PINNED on 6.12. bio_release_pages() tests it first.
  if (((now.flags & 1) != 0) == old)
    contradict(fmt::format("__bio_release_pages is entered for a bio whose flags ({:#x}) say that "
                           "it has nothing to release",
                           now.flags),
               {index});
  const auto found = ledger_.bios.find(now.bio);
  if (found == ledger_.bios.end()) return;
  BioState& bio = found->second;
  const std::vector<std::uint64_t> pages = bio.pages;
  if (bio.released) {
    if (!old) return contradict("a bio's pages are released twice", {bio.record, index});
    for (const std::uint64_t pfn : pages)
      violate({.kind = EventKind::released, .as = Held::get}, pfn,
              fmt::format("page {:#x} is put twice by a bio that got it once", pfn),
              {bio.record, index});
    return;
  }
  bio.released = true;
  bio.record = index;
  const bool seen_one_by_one = !old && (trace_.has(What::gup_put) || trace_.has(What::unpin));
  if (!seen_one_by_one) {
    for (const std::uint64_t pfn : pages)
      release(index, pfn, old ? Held::get : Held::pin, references_of(now.bio, page(pfn)), now.bio);
    return;
  }
  auto& cpus = ledger_.releasing;
  if (now.context.cpu >= cpus.size()) cpus.resize(now.context.cpu + std::size_t{1});
  cpus[now.context.cpu] = {now.bio, index, now.context};
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
