// SPDX-License-Identifier: MIT
// What else happens to a mapped or cached page: a store by the CPU, munmap(2), ftruncate(2).
#include "model/iterators/fault.hpp"
#include "model/paths/list.hpp"

namespace pincheck {
namespace {

/// A store through the mapping: a page fault calls ->page_mkwrite when the PTE is not writable.
void build_store(const PathContext& c) {
  Builder& b = c.main;
  b.label("store");
  const Test writable = is::pte(kPteWritable);
  b.step("store", "CPU store")
      .outcome("written", {is::pte(kMapped), writable}, {{Do::cpu_write}, to::set_pte(kPteDirty)},
               at("end"))
      .outcome("read-only", {is::pte(kMapped), !writable}, {})
      .outcome("not present", {!is::pte(kMapped)}, {});
  fault_in(b, true, "store", "end");
}

/// The VMA goes, and with it what zap_pte_range finds: no reference or pin is looked at.
void build_munmap(const PathContext& c) {
  c.main.step("zap", "zap_pte_range")
      .outcome("unmapped", {is::pte(kMapped)}, {to::unmap, to::set_pte(kNoVma)})
      .outcome("not mapped", {!is::pte(kMapped)}, {to::set_pte(kNoVma)});
}

/// truncate_inode_pages_range: waits for the lock and for writeback, and for nothing else. It may
/// as well never be called: data that it drops on purpose is not lost, and would hide what is.
void build_truncate(const PathContext& c) {
  Builder& b = c.main;
  const Test cached = is::page(kCached);
  b.step("lookup", "find_lock_entries")
      .outcome("found", {cached, is::ref_nonzero}, {to::get(Role::array)})
      .outcome("not in the cache", {!cached}, {}, at("end"))
      .fault("never called", {}, {}, at("end"));
  b.step("lock", "folio_lock").outcome("", {!is::locked}, {to::lock});
  b.step("recheck", "truncate_inode_pages_range")
      .outcome("in the cache", {cached}, {})
      .outcome("gone", {!cached}, {}, at("unlock"));
  auto wait = b.step("wait-writeback", "folio_wait_writeback");
  if (b.has_check("wait-writeback"))
    wait.outcome("", {!is::page(kWriteback)}, {});
  else
    wait.always({});
  b.step("unmap", "unmap_mapping_folio")
      .outcome("unmapped", {is::pte(kMapped)}, {to::unmap})
      .outcome("was not mapped", {!is::pte(kMapped)}, {});
  b.step("invalidate", "folio_invalidate")
      .outcome("buffers dropped", {is::page(kPrivate)}, {{Do::drop_private}})
      .outcome("no buffers", {!is::page(kPrivate)}, {});
  b.step("cancel-dirty", "folio_cancel_dirty").always({to::clear(kDirty)});
  b.step("remove", "filemap_remove_folio").always({{Do::drop_cache}});
  b.label("unlock");
  b.step("unlock", "folio_unlock").always({to::unlock});
  b.step("put", "folio_batch_release").always({to::put(Role::array)});
}

}  // namespace

Path path::store() {
  return {.name = "store",
          .summary = "a CPU store through the mapping",
          .needs = kNeedsPages | kOnePage,
          .acts = kMapsPages | kStores | kChanges | kLooksAtDirty,
          .backings = {Backing::anon, Backing::file},
          .user_space = {.turn = "n = store({page});"},
          .build = build_store};
}

Path path::munmap() {
  return {.name = "munmap",
          .summary = "munmap of the page",
          .needs = kNeedsPages | kOnePage,
          .acts = kMapsPages | kChanges,
          .backings = {Backing::anon, Backing::file, Backing::zero},
          .user_space = {.turn = "n = munmap({page}, {bytes});"},
          .build = build_munmap};
}

Path path::truncate() {
  return {.name = "truncate",
          .summary = "truncate or hole punch of the page",
          .needs = kNeedsPages | kOnePage,
          .acts = kChanges,
          .backings = {Backing::file},
          .user_space = {.turn = "n = fallocate(cache_fd, FALLOC_FL_PUNCH_HOLE | "
                                 "FALLOC_FL_KEEP_SIZE, {offset}, {bytes});"},
          .build = build_truncate};
}

}  // namespace pincheck
