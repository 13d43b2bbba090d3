// SPDX-License-Identifier: MIT
// References of requests, as the probes tell of them.
#include <fmt/format.h>

#include <algorithm>

#include "checker/trace/monitor_state.hpp"

namespace pincheck::trace {
namespace {

Caller caller_of(What what) {
  switch (what) {
    case What::nfs_read: return Caller::nfs_read;
    case What::nfs_write: return Caller::nfs_write;
    case What::fuse: return Caller::fuse;
    default: return Caller::bio;
  }
}

bool is_nfs(Caller caller) { return caller == Caller::nfs_read || caller == Caller::nfs_write; }

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

/// Like references of one page are one entry: nobody may ever be seen to put them.
void add(const Entry& taken, std::vector<Entry>& entries) {
  for (Entry& entry : entries) {
    if (entry.held != taken.held || entry.caller != taken.caller || entry.kind != taken.kind ||
        entry.bio != taken.bio || entry.writes != taken.writes)
      continue;
    entry.references += taken.references;
    return;
  }
  entries.push_back(taken);
}

}  // namespace

void Monitor::enter_caller(std::uint32_t index, TaskState& state) {
  const Record& now = record(index);
  if (now.returns) {
    state.in_iov_get = false;
    if (now.what == What::bio_extract) {
      state.bio = 0;
      state.caller = Caller::gup;
      state.kind = "user memory";
    }
    return;
  }
  const std::string_view kind = iterator_kind(trace_.kernel, now.itertype);
  if (now.what == What::bio_bvec) {
    row(Caller::bio, "bvec");
    return;
  }
  if (now.what == What::iov_get || now.what == What::iov_extract) {
    state.in_iov_get = now.what == What::iov_get;
    if (is_nfs(state.caller)) state.kind = kind;
    return;
  }
  state.caller = caller_of(now.what);
  state.kind = kind;
  state.bio = now.what == What::bio_extract ? now.bio : 0;
  if (is_nfs(state.caller)) state.nfs_since = index;
  row(state.caller, kind);
}

void Monitor::grab(std::uint32_t index, TaskState& state) {
  const Record& now = record(index);
  if (state.grab != 0)
    contradict("a grab is entered, but the one before has not returned", {state.grab - 1, index});
  if (trace_.probe_returns[now.probe]) {
    state.grab = index + 1;
    return;
  }
  // Without a return probe it is taken to succeed.
  const Held held = (now.flags & foll(trace_.kernel).pin) != 0   ? Held::pin
                    : (now.flags & foll(trace_.kernel).get) != 0 ? Held::get
                                                                 : Held::none;
  const bool writes = (now.flags & foll(trace_.kernel).write) != 0;
  const std::int64_t references = now.what == What::grab && now.n > 0 ? now.n : 1;
  if (held == Held::pin && now.ref > 0 && now.ref < kBias) page(now.page).pins_known = true;
  if (held != Held::none) acquire(index, state, now.page, held, references, writes);
}

void Monitor::grabbed(std::uint32_t index, TaskState& state) {
  if (state.grab == 0) {
    if (state.seen) contradict("a grab returns that was not entered", {index});
    return;
  }
  const std::uint32_t entered = state.grab - 1;
  state.grab = 0;
  const Record& now = record(index);
  const Record& then = record(entered);
  if (now.page == kNoPfn) return;  // it failed: NULL
  const Foll flags = foll(trace_.kernel);
  const Held held = (then.flags & flags.pin) != 0   ? Held::pin
                    : (then.flags & flags.get) != 0 ? Held::get
                                                    : Held::none;
  if (held == Held::none) return contradict("a grab is neither a get nor a pin", {entered, index});
  PageState& state_of = page(now.page);
  state_of.large = state_of.large || then.large || now.large;
  if (then.ref > 0 && now.has_ref()) {  // a tail page's count reads 0
    const std::int64_t moved = now.ref - then.ref;
    if (held == Held::get && moved >= kBias / 2)
      contradict(fmt::format("a get moves the count by {}, like a pin", moved), {entered, index});
    if (held == Held::pin && moved == then.n) state_of.large = true;
    const std::int64_t due = held == Held::pin && !state_of.large ? then.n * kBias : then.n;
    const bool zero_page = held == Held::pin && moved == 0;  // pins of it are no-ops
    if (moved != due && !zero_page)
      found_.unexplained.push_back(
          {fmt::format("the count moves by {}, not by {}", moved, due), {entered, index}});
    if (held == Held::pin && then.ref < kBias && !state_of.large) state_of.pins_known = true;
  }
  acquire(entered, state, now.page, held, then.n, (then.flags & flags.write) != 0);
}

void Monitor::acquire(std::uint32_t index, TaskState& state, std::uint64_t pfn, Held held,
                      std::int64_t references, bool writes) {
  if (pfn == kNoPfn) return;
  // GUP in a caller whose iterator is not over user memory is somebody else's (vmsplice, say).
  const bool own = state.caller != Caller::gup && (state.in_iov_get || user_backed(state.kind));
  const Caller caller = own ? state.caller : Caller::gup;
  const std::string_view kind = own ? state.kind : "user memory";
  const std::uint64_t bio = own ? state.bio : 0;
  add({held, caller, writes, kind, references, bio, index}, page(pfn).entries);
  PathRow& path = row(caller, kind);
  (held == Held::pin ? path.pinned : path.gotten) += references;
  if (is_nfs(caller)) {
    state.nfs_grabbed = true;
    state.nfs_pages.push_back(pfn);
  }
  if (bio == 0 || !trace_.has(What::bio_release)) return;
  BioState& of = ledger_.bios[bio];
  if (of.released) of.pages.clear();
  of.released = false;
  of.pages.push_back(pfn);
}

void Monitor::bio_add(std::uint32_t index) {
  const auto found = ledger_.bios.find(record(index).bio);
  if (found == ledger_.bios.end() || !found->second.released) return;
  found->second.pages.clear();  // the struct bio is used for something new
  found->second.released = false;
}

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
  if (as == Held::pin && state.was_unpinned && !state.large)
    violate({.kind = EventKind::released, .as = as}, pfn,
            fmt::format("page {:#x} is unpinned once more than it was pinned (or pinned by a path "
                        "that is not probed)",
                        pfn),
            {state.last_release, index});
  PathRow& path = row(Caller::gup, "user memory");
  (as == Held::pin ? path.unpinned : path.put) += references;
  path.unseen += references;
}

void Monitor::gup_put(std::uint32_t index, TaskState& state) {
  const Record& now = record(index);
  if (now.page == kNoPfn) return;
  const bool is_pin = (now.flags & foll(trace_.kernel).pin) != 0;
  if (state.unpin != 0) {
    const std::uint32_t before = state.unpin - 1;
    state.unpin = 0;
    if (record(before).page != now.page || !is_pin)
      contradict("unpin_user_folio does not lead to an unpin of its folio by gup_put_folio",
                 {before, index});
  }
  release(index, now.page, is_pin ? Held::pin : Held::get, now.n, 0);
}

void Monitor::unpin(std::uint32_t index, TaskState& state) {
  const Record& now = record(index);
  if (!trace_.has(What::gup_put)) {
    if (now.page != kNoPfn) release(index, now.page, Held::pin, now.n, 0);
    return;
  }
  if (state.unpin != 0)
    contradict("unpin_user_folio is entered, but the one before did not call gup_put_folio",
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

void Monitor::nfs_release(std::uint32_t index, TaskState& state) {
  const Record& now = record(index);
  const Caller caller = is_nfs(state.caller) ? state.caller : Caller::nfs_write;
  const std::string_view kind = state.kind.empty() ? "?" : state.kind;
  std::int64_t left = now.n;
  auto& pages = state.nfs_pages;
  for (; left > 0 && !pages.empty(); --left) {
    const std::uint64_t pfn = pages.front();
    pages.erase(pages.begin());
    PageState& of = page(pfn);
    for (std::size_t i = 0; i < of.entries.size(); ++i)
      if (of.entries[i].caller == caller) {
        drop(pfn, of, i, Held::get, index, 1);
        break;
      }
  }
  if (left == 0) return;
  PathRow& path = row(caller, kind);
  path.put += left;
  path.unseen += left;
  // What kernel iterators give out is seen only where lib/iov_iter.c can be probed. That these are
  // gets is how both kernels are written (iov_iter_get_pages_alloc2, for every kind).
  if (kind != "?" && !user_backed(kind)) path.gotten += left;
  if (state.nfs_grabbed && (user_backed(kind) || trace_.has(What::iov_get)))
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
