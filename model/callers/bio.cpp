// SPDX-License-Identifier: MIT
// Block layer bios through iomap: fs/iomap/direct-io.c and block/bio.c.
//
// One bio per request. Order at the end (iomap_dio_bio_end_io): report completion, and only then
// check dirty and release the bio's pages. Asynchronous writes report from a workqueue, which may
// run before or after that release: only they can tell a deferred release from one by completion.
#include "model/callers/list.hpp"

namespace pincheck {
namespace {

constexpr auto kGetPages = "bio_iov_iter_get_pages";

/// bio_iov_bvec_set: a bvec iterator that is only pointed at goes into the bio whole.
bool borrows_array(const Io& io) { return io.kind->page_array && io.row.extract == Take::none; }

/// The release comes after the report of its own accord, unless a workqueue reports.
bool released_late(const Io& io) { return io.row.when == When::deferred && !io.sync && !io.dest; }
bool released_by_end_io(const Io& io) {
  return io.row.when != When::after_submit && !released_late(io);
}

/// __bio_iov_iter_get_pages after the extraction: add pages one by one, drop what is not used.
void add_pages(Builder& b, const Io& io) {
  const Drop drop = array_release(io);
  auto unused = drop_effect(b.has_check("release-surplus") ? drop : Drop::none, Role::array);
  auto merged = drop_effect(b.has_check("release-merged") ? drop : Drop::none, Role::array);
  if (io.pipe >= 0) unused.push_back(to::pipe(Do::pipe_drop_tail, io.pipe));
  unused.push_back(to::leave_out);
  merged.push_back(to::leave_out);

  b.label("add-page");
  auto add = b.step("add-page", "bio_iov_add_page");
  add.outcome("added", {}, {}, each_page("add-page", "added"));
  if (io.pipe < 0) add.outcome("merged", {is::same_page}, merged, each_page("add-page", "added"));
  add.fault("trimmed to the block size", {is::first}, {}, at("nothing-added"));
  add.fault("trimmed to the block size", {!is::first}, {}, at("surplus"));
  add.fault("refused", {is::first}, {}, at("nothing-added"));
  add.fault("refused", {!is::first}, {}, at("surplus"));

  b.label("nothing-added");
  b.step("release-surplus", "__bio_iov_iter_get_pages")
      .always(unused, each_page("nothing-added", "failed"));
  b.label("surplus");
  b.step("release-surplus", "__bio_iov_iter_get_pages")
      .always(unused, each_page("surplus", "added"));
  b.label("added");
}

/// __iomap_dio_rw: a read that ended past i_size reverts the iterator, with bios still in flight.
void revert_past_size(Builder& b, const Io& io) {
  if (!io.dest || io.pipe < 0) return;
  b.label("revert");
  b.step("revert", "iov_iter_revert")
      .outcome("all within i_size", {}, {to::first_slot})
      .fault("a page past i_size", {!is::pipe(Ask::pipe_empty, io.pipe)},
             {to::pipe(Do::pipe_drop_tail, io.pipe)}, each_page("revert"));
}

void submit(Builder& b, const Io& io) {
  if (borrows_array(io)) {
    b.step("borrow-bvec", "bio_iov_bvec_set").always({});
  } else {
    extract(b, io, kGetPages, "failed");
    if (io.row.extract != Take::refuse) add_pages(b, io);
  }
  if (io.should_dirty()) dirty_each(b, "set-pages-dirty", "bio_set_pages_dirty");
  b.step("submit", "submit_bio").always({to::request(kSubmitted)});
  if (io.row.when == When::after_submit)
    release_array_alive(b, io, "release-early", "bio_release_pages");
  revert_past_size(b, io);
  auto leave = b.step("return", "__iomap_dio_rw");
  if (io.sync)
    leave.outcome("completed", {is::request(kCompleted)}, {to::request(kReturned)}, at("returned"));
  else
    leave.outcome("-EIOCBQUEUED", {}, {to::request(kReturned)}, at("returned"));

  b.label("failed");
  b.step("fail", "__iomap_dio_rw").always({to::request(kFailed | kReturned)}, at("returned"));
}

/// bio_check_pages_dirty and, if it saw a clean page, bio_dirty_fn: mark dirty again, release.
void check_dirty(Builder& b, const Io& io) {
  if (!b.has_check("check-dirty")) return;
  const auto top = b.fresh("check");
  b.label(top);
  b.step("check-dirty", "bio_check_pages_dirty")
      .outcome("dirty", {is::in_io, is::page(kDirty)}, {}, each_page(top, "release"))
      .outcome("clean: deferred", {is::in_io, !is::page(kDirty)},
               {to::request(kDeferred), to::first_slot}, at("deferred"))
      .outcome("not in it", {!is::in_io}, {}, each_page(top, "release"));
  b.label("deferred");
  b.step("dirty-again", "bio_dirty_fn")
      .outcome("", {is::in_io, !is::locked}, {to::dirty})
      .outcome("not in it", {!is::in_io}, {}, each_page("deferred", "released"));
  auto release = b.step("release-deferred", "__bio_release_pages");
  if (released_by_end_io(io))
    drop_array(release, io, {}, each_page("deferred", "released"));
  else
    release.always({}, each_page("deferred", "released"));
}

void finish(Builder& b, const Io& io) {
  device_starts(b, "start", "blk_mq_start_request", "end-io");
  transfer_each(b, io, "dma", io.dest ? "DMA to memory" : "DMA from memory");

  b.label("end-io");
  auto end = b.step("end-io", "iomap_dio_bio_end_io");
  end.outcome("reports completion", {}, {to::request(kDeviceDone), to::complete});
  if (!io.sync && !io.dest)
    end.outcome("queues iomap_dio_complete_work", {}, {to::request(kDeviceDone)});

  if (io.should_dirty()) check_dirty(b, io);
  b.label("release");
  if (released_by_end_io(io)) release_array(b, io, "release", "bio_release_pages");
  b.label("released");
  if (!io.sync && !io.dest)
    b.step("complete-work", "iomap_dio_complete_work").always({to::complete});
  if (released_late(io)) release_array(b, io, "release-late", "bio_release_pages");
}

}  // namespace

Caller caller::bio() {
  return {.name = "bio",
          .summary = "block layer through iomap: completes, then releases",
          .reads = true,
          .writes = true,
          .may_be_async = true,
          .reports_first = ReportsFirst::reads,
          .target = {"bio", "a file on ext4 or xfs, or a block device"},
          .submit = submit,
          .finish = finish};
}

}  // namespace pincheck
