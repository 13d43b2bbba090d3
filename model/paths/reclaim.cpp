// SPDX-License-Identifier: MIT
// shrink_folio_list (mm/vmscan.c) on one folio, in its order of checks: lock, writeback, unmap,
// pins, dirty, buffers, freeze, dirty again. A plain reference stops only the freeze.
//
// Left out: anonymous memory (needs swap; the folio is kept), reference bits (always old enough),
// writing a dirty folio from reclaim (file systems leave that to the flusher), MADV_FREE.
#include "model/paths/list.hpp"

namespace pincheck {
namespace {

/// filemap_release_folio refuses a folio under writeback, drop_buffers one with a dirty buffer,
/// under the lock (i_private_lock) that block_dirty_folio dirties them and the folio under.
void release_buffers(Builder& b) {
  const Test buffers = is::page(kPrivate);
  std::vector<Test> may{buffers};
  auto step = b.step("release-private", "filemap_release_folio");
  const auto refuses = [&](std::string_view check, std::string_view name, const Test& why) {
    if (!b.has_check(check)) return;
    auto when = may;
    when.push_back(why);
    step.outcome(name, when, {}, at("keep"));
    may.push_back(!why);
  };
  refuses("release-tests-writeback", "under writeback: keep", is::page(kWriteback));
  refuses("release-tests-dirty", "dirty buffers: activate", is::page(kDirty));
  step.outcome("buffers stripped", may, {{Do::drop_private}});
  step.outcome("no buffers", {!buffers}, {});
}

void build(const PathContext& c) {
  Builder& b = c.main;
  const Test cached = is::page(kCached);
  b.step("isolate", "isolate_lru_folios")
      .outcome("isolated",
               {is::backing(Backing::file), !is::page(kIsolated | kFree), is::ref_nonzero},
               {to::get(Role::array), to::set(kIsolated)})
      .outcome("not on the LRU", {is::page(kIsolated | kFree)}, {}, at("end"))
      .outcome("not a file page", {!is::backing(Backing::file), !is::page(kIsolated | kFree)}, {},
               at("end"));
  auto lock = b.step("trylock", "folio_trylock");
  if (b.has_check("folio-lock")) {
    lock.outcome("locked", {!is::locked}, {to::lock});
    lock.outcome("busy", {is::locked}, {}, at("putback"));
  } else {
    lock.outcome("locked", {}, {to::lock});
  }
  if (b.has_check("writeback-check"))
    b.step("writeback-check", "folio_test_writeback")
        .outcome("under writeback: keep", {is::page(kWriteback)}, {}, at("keep"))
        .outcome("not", {!is::page(kWriteback)}, {});
  b.step("unmap", "try_to_unmap")
      .outcome("unmapped", {is::pte(kMapped)}, {to::unmap})
      .outcome("was not mapped", {!is::pte(kMapped)}, {});
  const bool tests_pins = c.scenario.reclaim_tests_pins.value_or(c.convention.reclaim_tests_pins);
  if (tests_pins && b.has_check("pin-check"))
    b.step("pin-check", "folio_maybe_dma_pinned")
        .outcome("pinned: activate", {is::pinned}, {}, at("keep"))
        .outcome("not pinned", {!is::pinned}, {to::set(kLookedAt)});
  if (b.has_check("dirty-check"))
    b.step("dirty-check", "folio_test_dirty")
        .outcome("dirty: activate", {is::page(kDirty)}, {}, at("keep"))
        .outcome("clean", {!is::page(kDirty)}, {});
  release_buffers(b);
  b.step("mapping", "folio_mapping")
      .outcome("in the page cache", {cached}, {})
      .outcome("truncated", {!cached}, {}, at("keep"));
  auto freeze = b.step("freeze", "__remove_mapping");
  if (b.has_check("freeze")) {
    freeze.outcome("frozen", {is::ref(1)}, {{Do::freeze}});
    freeze.outcome("in use: keep", {!is::ref(1)}, {}, at("keep"));
  } else {
    freeze.outcome("frozen", {}, {{Do::freeze}});
  }
  if (b.has_check("dirty-recheck"))
    b.step("dirty-recheck", "__remove_mapping")
        .outcome("dirtied meanwhile: unfreeze", {is::page(kDirty)}, {{Do::unfreeze, 1}}, at("keep"))
        .outcome("clean", {!is::page(kDirty)}, {});
  b.step("free", "free_unref_page_list").always({{Do::free_frozen}}, at("end"));

  b.label("keep");
  b.step("unlock", "folio_unlock").always({to::clear(kLocked | kLookedAt)});
  b.label("putback");
  b.step("putback", "move_folios_to_lru").always({to::clear(kIsolated), to::put(Role::array)});
}

}  // namespace

Path path::reclaim() {
  return {.name = "reclaim",
          .summary = "memory reclaim of one page",
          .needs = kNeedsPages | kOnePage,
          .acts = kKernelThread | kLooksAtDirty | kAsksForPins | kReclaims,
          .backings = {Backing::file, Backing::anon},
          .user_space = {.turn = "n = reclaim({page}, {bytes});"},
          .build = build};
}

}  // namespace pincheck
