// SPDX-License-Identifier: MIT
// How requests take their references, as the probes tell of it.
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
    case What::legacy: return Caller::legacy;
    case What::tcp: return Caller::tcp;
    default: return Caller::bio;
  }
}

/// Like references of one page are one entry: nobody may ever be seen to put them.
void add(const Entry& taken, std::vector<Entry>& entries) {
  for (Entry& entry : entries) {
    if (entry.held != taken.held || entry.caller != taken.caller || entry.kind != taken.kind ||
        entry.bio != taken.bio || entry.writes != taken.writes || entry.counted != taken.counted)
      continue;
    entry.references += taken.references;
    return;
  }
  entries.push_back(taken);
}

}  // namespace

void Monitor::leave_caller(std::uint32_t index, TaskState& state) {
  const What what = record(index).what;
  state.in_iov_get = false;
  if (what == What::iov_get || what == What::iov_extract) return;
  if (is_nfs(state.caller) && trace_.shows_all(What::nfs_release))
    for (const auto& [pfn, references] : state.nfs_pages)
      leave_over(pfn, 0, state.caller, {state.nfs_since, index});
  call_is_over(state);
}

void Monitor::enter_caller(std::uint32_t index, TaskState& state) {
  const Record& now = record(index);
  if (now.returns) return leave_caller(index, state);
  const std::string_view kind = iterator_kind(trace_.kernel, now.itertype);
  if (now.what == What::bio_bvec || now.what == What::tcp) {
    row(caller_of(now.what), now.what == What::tcp ? kind : "bvec");
    return;
  }
  if (now.what == What::iov_get || now.what == What::iov_extract) {
    state.in_iov_get = now.what == What::iov_get && trace_.probe_returns[now.probe];
    if (is_nfs(state.caller)) state.kind = kind;
    return;
  }
  if (now.what == What::bio_extract) end_bio(now.bio, index);
  state.caller = caller_of(now.what);
  state.kind = kind;
  state.bio = now.what == What::bio_extract ? now.bio : 0;
  if (is_nfs(state.caller)) state.nfs_since = index;
  row(state.caller, kind);
}

void Monitor::grab(std::uint32_t index, TaskState& state) {
  const Record& now = record(index);
  if (state.grab != 0)
    no_line_of(What::grab, "a grab is entered, but the one before has not returned",
               {state.grab - 1, index});
  if (trace_.probe_returns[now.probe]) {
    state.grab = index + 1;
    return;
  }
  // Without a return probe it is taken to succeed.
  const Held held = (now.flags & foll(trace_.kernel).pin) != 0   ? Held::pin
                    : (now.flags & foll(trace_.kernel).get) != 0 ? Held::get
                                                                 : Held::none;
  const bool writes = (now.flags & foll(trace_.kernel).write) != 0;
  if (now.large) page(now.page).large = true;
  const std::int64_t references = now.what == What::grab && now.n > 0 ? now.n : 1;
  if (held == Held::pin && now.ref > 0 && now.ref < kBias) page(now.page).pins_known = true;
  if (held != Held::none) acquire(index, state, now.page, held, references, writes);
}

void Monitor::weigh_pins(std::uint32_t index) {
  const Record& now = record(index);
  if (now.ref <= 0 || now.page == kNoPfn) return;
  PageState& state = page(now.page);
  if (now.ref >= kBias) state.zero_page = false;
  if (state.large) return;
  std::erase_if(state.entries, [&](const Entry& entry) {
    if (entry.held != Held::pin || !entry.counted || now.ref >= kBias) return false;
    if (trace_.profiled) return missed(entry);
    gone(entry);
    return true;
  });
  weigh_uncounted(index, state);
}

/// Pins without a return probe: whether they moved the count since their entry, once that is over.
void Monitor::weigh_uncounted(std::uint32_t index, PageState& state) {
  const std::int64_t count = record(index).ref;
  for (std::size_t i = state.entries.size(); i-- > 0;) {
    Entry& entry = state.entries[i];
    const Record& then = record(entry.record);
    if (entry.held != Held::pin || entry.counted) continue;
    const bool returned =
        record(index).context == then.context || task(then.context).last > entry.record;
    if (!returned) continue;
    const std::int64_t moved = count - then.ref;
    if (count < kBias && (then.ref <= 0 || moved < 0)) continue;  // others put theirs: too little
    entry.counted = true;
    if (count >= kBias) continue;
    state.large = moved > 0;
    if (state.large) return;
    state.zero_page = true;
    row(entry.caller, entry.kind).pinned -= entry.references;
    state.entries.erase(state.entries.begin() + static_cast<long>(i));
  }
}

void Monitor::grabbed(std::uint32_t index, TaskState& state) {
  if (state.grab == 0) {
    if (state.seen && trace_.probe_enters[record(index).probe])
      no_line_of(What::grab, "a grab returns that was not entered", {index});
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
  const bool counted = then.ref > 0 && now.has_ref();  // a tail page's count reads 0
  if (counted) {
    const std::int64_t moved = now.ref - then.ref;
    if (held == Held::get && moved >= kBias / 2)
      contradict(fmt::format("a get moves the count by {}, like a pin", moved), {entered, index});
    if (held == Held::pin && moved == then.n) state_of.large = true;
    const std::int64_t due = held == Held::pin && !state_of.large ? then.n * kBias : then.n;
    state_of.zero_page = held == Held::pin && moved == 0 && then.ref < kBias;
    if (state_of.zero_page) return;
    if (moved != due)
      found_.unexplained.push_back(
          {fmt::format("the count moves by {}, not by {}", moved, due), {entered, index}});
    if (held == Held::pin && then.ref < kBias && !state_of.large) state_of.pins_known = true;
  }
  acquire(entered, state, now.page, held, then.n, (then.flags & flags.write) != 0, counted);
}

void Monitor::acquire(std::uint32_t index, TaskState& state, std::uint64_t pfn, Held held,
                      std::int64_t references, bool writes, bool counted) {
  if (pfn == kNoPfn) return;
  PageState& taken = page(pfn);
  if (taken.zero_page && held == Held::pin) return;
  // GUP in a caller whose iterator is not over user memory is somebody else's (vmsplice, say).
  const bool own = state.caller != Caller::gup && (state.in_iov_get || user_backed(state.kind));
  const Caller caller = own ? state.caller : Caller::gup;
  const std::string_view kind = own ? state.kind : "user memory";
  const std::uint64_t bio = own ? state.bio : 0;
  add({held, caller, writes, kind, references, bio, counted, index}, taken.entries);
  PathRow& path = row(caller, kind);
  (held == Held::pin ? path.pinned : path.gotten) += references;
  if (is_nfs(caller)) {
    state.nfs_grabbed = true;
    state.nfs_pages.push_back({pfn, references});
  }
  state.grabbed += references;
  if (bio == 0) ledger_.taken_by_others = index;
  if (bio == 0 || !trace_.has(What::bio_release)) return;
  ledger_.bios[bio].pages.push_back(pfn);
}

/// What iov_iter_get_pages2 takes of a kernel iterator, step by step: 1 for each get, kBias for a
/// small page's pin, or 1 and the rest of it.
void Monitor::extract(std::uint32_t index, TaskState& state) {
  const Record& now = record(index);
  if (now.n == kBias - 1) take_back(now.page, state);
  if (now.n == 1) acquire(index, state, now.page, Held::get, 1, false);
  if (now.n == kBias || now.n == kBias - 1) acquire(index, state, now.page, Held::pin, 1, false);
}

/// Its last step was not a get.
void Monitor::take_back(std::uint64_t pfn, TaskState& state) {
  auto& entries = page(pfn).entries;
  const auto got = std::find_if(entries.rbegin(), entries.rend(), [&](const Entry& entry) {
    return entry.held == Held::get && entry.caller == state.caller && entry.kind == state.kind;
  });
  if (got == entries.rend()) return;
  --row(state.caller, state.kind).gotten;
  if (--got->references == 0) entries.erase(std::next(got).base());
  forget_newest(pfn, 1, state.nfs_pages);
}

/// Whether all that GUP takes for a bio has been seen.
void Monitor::gup(std::uint32_t index, TaskState& state) {
  const Record& now = record(index);
  if (!now.returns) {
    state.grabbed = 0;
    return;
  }
  // What it took where no probe is set, NFS may put as well.
  if (now.ret > state.grabbed && is_nfs(state.caller)) state.nfs_grabbed = false;
  if (state.bio == 0 || now.ret <= 0 || !trace_.has(What::bio_release)) return;
  BioState& bio = ledger_.bios[state.bio];
  (now.ret > state.grabbed ? bio.took_more : bio.counted) = true;
}

}  // namespace pincheck::trace
