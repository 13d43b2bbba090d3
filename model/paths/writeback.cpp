// SPDX-License-Identifier: MIT
// Background writeback of one folio: write_cache_pages and ext4/iomap below it
// (mm/page-writeback.c).
//
// The lookup batch's reference goes once the folio is queued (write_cache_pages,
// mpage_prepare_extent_to_map); from then on only PG_writeback keeps it. The disk and the bio's
// end_io are the actor's completion. Left out: a write error, of which fsync tells.
#include "model/paths/list.hpp"

namespace pincheck {
namespace {

void build(const PathContext& c) {
  Builder& b = c.main;
  const Test cached = is::page(kCached);
  const Test dirty = is::page(kDirty);
  const Test pte_dirty = is::pte(kPteDirty);  // which mkclean brings to the page
  b.step("lookup", "filemap_get_folios_tag")
      .outcome("dirty", {cached, dirty, is::ref_nonzero}, {to::get(Role::array)})
      .outcome("dirty", {cached, !dirty, pte_dirty, is::ref_nonzero}, {to::get(Role::array)})
      .outcome("nothing to write", {cached, !dirty, !pte_dirty}, {}, at("end"))
      .outcome("not in the cache", {!cached}, {}, at("end"));
  b.step("lock", "folio_lock").outcome("", {!is::locked}, {to::lock});
  const Test busy = is::page(kWriteback);
  b.step("recheck", "write_cache_pages")
      .outcome("still dirty", {cached, dirty, !busy}, {})
      .outcome("still dirty", {cached, !dirty, pte_dirty, !busy}, {})
      .outcome("truncated", {!cached}, {}, at("unlock"))
      .outcome("cleaned", {cached, !dirty, !pte_dirty}, {}, at("unlock"))
      .outcome("under writeback", {cached, dirty, busy}, {}, at("unlock"))
      .outcome("under writeback", {cached, !dirty, pte_dirty, busy}, {}, at("unlock"));
  if (c.convention.writeback_skips_pinned)
    b.step("pin-check", "folio_maybe_dma_pinned")
        .outcome("pinned: skip", {is::pinned}, {}, at("unlock"))
        .outcome("not pinned", {!is::pinned}, {});
  b.step("mkclean", "folio_mkclean")
      .outcome("mapped", {is::pte(kMapped)},
               {to::clear_pte(kPteWritable | kPteDirty), to::set(kDirty)})
      .outcome("not mapped", {!is::pte(kMapped)}, {});
  const Test no_buffers = is::page(kBuffersFs);
  b.step("clear-dirty", "folio_clear_dirty_for_io")
      .outcome("", {!no_buffers}, {to::clear(kDirty)})
      .outcome("", {no_buffers, is::page(kPrivate)}, {to::clear(kDirty)})
      .outcome("page does not have buffers attached", {no_buffers, !is::page(kPrivate)},
               {to::clear(kDirty)}, at("unlock"));
  b.step("start", "folio_start_writeback").always({{Do::start_writeback}});
  b.step("unlock-submit", "folio_unlock").always({to::unlock});
  b.step("submit", "submit_bio").always({to::request(kSubmitted)}, at("put"));
  b.label("unlock");
  b.step("unlock", "folio_unlock").always({to::unlock});
  b.label("put");
  b.step("put-batch", "folio_batch_release").always({to::put(Role::array)});

  c.completion.prefix("writeback");
  c.completion.step("disk-reads", "DMA from memory")
      .outcome("", {is::request(kSubmitted)}, {to::device_read, {Do::writeback_read}});
  c.completion.step("end", "folio_end_writeback")
      .always({to::request(kDeviceDone), {Do::end_writeback}});
}

}  // namespace

Path path::writeback() {
  return {.name = "writeback",
          .summary = "background writeback of one page cache page",
          .needs = kNeedsPages | kOnePage,
          .acts = kKernelThread | kLooksAtDirty | kWritesBack | kAsksForPins,
          .backings = {Backing::file},
          .user_space = {.turn = "n = sync_file_range(cache_fd, {offset}, {bytes}, "
                                 "SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER);"},
          .build = build};
}

}  // namespace pincheck
