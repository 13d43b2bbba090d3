// SPDX-License-Identifier: MIT
// What a bio's life shows: it takes pages once, __bio_release_pages drops them, and its address is
// used for another.
#include <fmt/format.h>

#include <algorithm>

#include "checker/trace/monitor_state.hpp"

namespace pincheck::trace {
namespace {

/// What __bio_release_pages itself does, and what that may lead to.
bool within_release(What what) {
  return what == What::gup_put || what == What::unpin || what == What::mark_dirty ||
         what == What::folio_free || what == What::page_free || is_step(what);
}

bool has_ended(const Releasing& releasing, const Record& now) {
  if (level(now.context) < level(releasing.context)) return true;
  return now.context == releasing.context && !within_release(now.what);
}

bool holds(std::uint64_t bio, const PageState& state) {
  return std::any_of(state.entries.begin(), state.entries.end(),
                     [&](const Entry& entry) { return entry.bio == bio; });
}

}  // namespace

/// Pages that a task takes after bio_iov_iter_get_pages has returned are not the bio's.
bool Monitor::knows_bios() const {
  return trace_.has_return(What::bio_extract) && !trace_.misses(What::bio_extract);
}

/// Without interrupts' flags an interrupt's release may be inside of a task's, or after it.
bool Monitor::knows_releases() const { return knows_bios() && !trace_.flagless; }

bool Monitor::holds_any(std::uint64_t bio) {
  const auto found = ledger_.bios.find(bio);
  if (found == ledger_.bios.end()) return false;
  const auto& pages = found->second.pages;
  return std::any_of(pages.begin(), pages.end(),
                     [&](std::uint64_t pfn) { return holds(bio, page(pfn)); });
}

void Monitor::end_of_release(std::uint32_t index) {
  const Record& now = record(index);
  if (trace_.flagless) return;
  if (now.context.cpu >= ledger_.releasing.size()) return;
  std::erase_if(ledger_.releasing[now.context.cpu], [&](const Releasing& releasing) {
    if (!has_ended(releasing, now)) return false;
    let_go(releasing, index);
    return true;
  });
}

/// __bio_release_pages is over. Its unpins are in an interrupt of which there is a line, so none of
/// them is missed.
void Monitor::let_go(const Releasing& releasing, std::uint32_t index) {
  const auto found = ledger_.bios.find(releasing.bio);
  if (found == ledger_.bios.end() || !knows_releases() || trace_.misses(What::grab)) return;
  for (const std::uint64_t pfn : found->second.pages)
    leave_over(pfn, releasing.bio, Caller::bio, {releasing.record, index});
}

/// The struct bio is used for something new: if the release of what it was before left no line, so
/// are the references.
void Monitor::end_bio(std::uint64_t bio, std::uint32_t index) {
  const auto found = ledger_.bios.find(bio);
  for (auto& cpu : ledger_.releasing)
    std::erase_if(cpu, [&](const Releasing& releasing) {
      if (releasing.bio != bio) return false;
      let_go(releasing, index);
      return true;
    });
  if (found == ledger_.bios.end()) return;
  if (found->second.releases == 0) never_released(bio, found->second, index);
  for (const std::uint64_t pfn : found->second.pages) {
    PageState& state = page(pfn);
    const auto gone = [&](const Entry& entry) {
      return entry.bio == bio && entry.caller == Caller::bio && missed(entry);
    };
    std::erase_if(state.entries, gone);
    for (Entry& entry : state.entries)
      if (entry.bio == bio) entry.bio = 0;
  }
  ledger_.bios.erase(found);
}

/// Only pins are sure to leave a line when they are dropped without __bio_release_pages (trimmed).
void Monitor::never_released(std::uint64_t bio, const BioState& state, std::uint32_t index) {
  if (!trace_.profiled || !knows_bios() || !trace_.shows_all(What::gup_put) ||
      !trace_.shows_all(What::bio_release) || trace_.misses(What::grab))
    return;
  for (const std::uint64_t pfn : state.pages) {
    const auto& entries = page(pfn).entries;
    if (std::any_of(entries.begin(), entries.end(),
                    [&](const Entry& one) { return one.bio == bio && one.held == Held::pin; }))
      leave_over(pfn, bio, Caller::bio, {index});
  }
}

void Monitor::bio_add(std::uint32_t index) {
  const auto found = ledger_.bios.find(record(index).bio);
  if (found != ledger_.bios.end() && found->second.releases > 0) end_bio(found->first, index);
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
  const std::uint32_t before = found == ledger_.bios.end() ? 0 : found->second.record;
  const int releases = found == ledger_.bios.end() ? 0 : ++found->second.releases;
  if (releases > 0) found->second.record = index;
  if (!old && (trace_.has(What::gup_put) || trace_.has(What::unpin))) return begin_release(index);
  if (releases == 1) return release_bio(index, found->second);
  if (releases == 0 || !is_same_bio(before)) return;
  for (const std::uint64_t pfn : found->second.pages)
    violate({.kind = EventKind::released, .as = old ? Held::get : Held::pin}, pfn,
            fmt::format("page {:#x} is {} twice by a bio that {} it once", pfn,
                        old ? "put" : "unpinned", old ? "got" : "pinned"),
            {before, index});
}

/// bio_map_user_iov() fills a bio where no probe is, but it has to take the pages.
bool Monitor::is_same_bio(std::uint32_t released) const {
  return knows_bios() && trace_.shows_all(What::bio_add) && !trace_.misses(What::grab) &&
         ledger_.taken_by_others < released;
}

/// Its puts leave no lines of their own.
void Monitor::release_bio(std::uint32_t index, const BioState& bio) {
  const Held as = trace_.kernel == Kernel::v6_1 ? Held::get : Held::pin;
  for (const std::uint64_t pfn : bio.pages) {
    PageState& state = page(pfn);
    for (std::size_t i = state.entries.size(); i-- > 0;) {
      const Entry& entry = state.entries[i];
      if (entry.bio == record(index).bio && (knows_bios() || entry.held == as))
        drop(pfn, state, i, as, index, entry.references);
    }
  }
}

/// Its unpins follow, each with a line.
void Monitor::begin_release(std::uint32_t index) {
  const Record& now = record(index);
  auto& cpus = ledger_.releasing;
  if (now.context.cpu >= cpus.size()) cpus.resize(now.context.cpu + std::size_t{1});
  auto& here = cpus[now.context.cpu];
  if (trace_.flagless)
    std::erase_if(here, [&](const Releasing& before) { return !holds_any(before.bio); });
  here.push_back({now.bio, index, now.context});
}

/// The __bio_release_pages that the record's context is inside of, or null.
const Releasing* Monitor::release_around(std::uint32_t index) {
  const Record& now = record(index);
  if (now.context.cpu >= ledger_.releasing.size()) return nullptr;
  const auto& all = ledger_.releasing[now.context.cpu];
  const auto found = std::find_if(all.rbegin(), all.rend(), [&](const Releasing& releasing) {
    return releasing.context == now.context &&
           (!trace_.flagless || holds(releasing.bio, page(now.page)));
  });
  return found == all.rend() ? nullptr : &*found;
}

/// Of what __bio_release_pages unpins beyond what its bio took: how many pins it surely never had.
std::int64_t Monitor::never_taken(std::uint32_t index, std::int64_t left, std::int64_t own,
                                  const Releasing& in) {
  const auto found = ledger_.bios.find(in.bio);
  if (found == ledger_.bios.end() || !knows_releases()) return 0;
  const BioState& bio = found->second;
  if (bio.robbed) return 0;
  const Record& now = record(index);
  const PageState& state = page(now.page);
  if (!state.large && state.pins_known && now.has_ref()) {
    // Those that the count has, but nobody was seen taking, may be its own.
    std::int64_t unseen = now.ref / kBias - own;
    for (const Entry& entry : state.entries)
      if (entry.held == Held::pin) unseen -= entry.references;
    return left - std::clamp<std::int64_t>(unseen, 0, left);
  }
  const bool had = std::find(bio.pages.begin(), bio.pages.end(), now.page) != bio.pages.end();
  const bool saw_all = (had || bio.counted) && !bio.took_more && !trace_.misses(What::grab);
  return saw_all && bio.releases == 1 ? left : 0;
}

}  // namespace pincheck::trace
