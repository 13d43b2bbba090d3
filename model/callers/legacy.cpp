// SPDX-License-Identifier: MIT
// fs/direct-io.c: three references a page at once (batch, cur_page, bio).
//
// The kernel keeps cur_page pending until the next page comes; the model sends each page on
// before the next one, which only moves operations on different pages past each other. Left out:
// a write that faults with blocks outstanding goes on with the zero page.
#include "model/callers/list.hpp"

namespace pincheck {
namespace {

constexpr auto kDoDirectIo = "do_direct_IO";

void page_loop(Builder& b, const Io& io) {
  const auto batch = drop_effect(array_release(io), Role::array);
  const auto cur = drop_effect(request_release(io), Role::cur);
  const bool three = io.row.request != Take::none || !cur.empty();

  b.label("page");
  auto block = b.step("get-block", "get_more_blocks");
  block.outcome("mapped", {}, {});
  block.fault("error", {is::first}, {}, at("cleanup-all"));
  block.fault("error", {!is::first}, {}, at("cleanup"));
  if (io.dest) block.fault("hole", {}, {}, at("hole"));

  if (three) {
    b.step("cur-page", "submit_page_section").always(take_request(io, Role::cur));
  }
  if (!batch.empty()) b.step("drop-batch", kDoDirectIo).always(batch);
  if (three) {
    auto add = b.step("bio-add", "dio_bio_add_page");
    add.outcome("added", {}, take_struct_page(io.row.request, Role::own));
    add.fault("no bio", {}, {}, at("drop-cur-failed"));
    b.step("drop-cur", "dio_send_cur_page").always(cur, each_page("page", "submit"));
    b.label("drop-cur-failed");
    auto failed = cur;
    if (!b.has_check("drop-cur-on-error")) failed.clear();
    failed.push_back(to::leave_out);
    auto drop = b.step("drop-cur", "dio_send_cur_page");
    auto last = failed;
    auto more = failed;
    more.push_back(to::next_slot);
    drop.outcome("failed", {is::more, is::first}, more, at("cleanup-all"));
    drop.outcome("failed", {is::more, !is::first}, more, at("cleanup"));
    last.push_back(to::first_slot);
    drop.outcome("failed", {!is::more, is::first}, last, at("failed"));
    drop.outcome("failed", {!is::more, !is::first}, last, at("submit"));
  } else {
    b.step("bio-add", "dio_bio_add_page")
        .outcome("added", {}, {}, each_page("page", "submit"))
        .fault("no bio", {is::first}, {to::leave_out}, each_page("cleanup-all", "failed"))
        .fault("no bio", {!is::first}, {to::leave_out}, each_page("cleanup", "submit"));
  }
  if (io.dest) {
    b.label("hole");
    auto effects = batch;
    effects.push_back(to::leave_out);
    effects.insert(effects.begin(), Effect{Do::cpu_write});
    b.step("zero-hole", kDoDirectIo).always(effects, each_page("page", "submit"));
  }
}

/// dio_cleanup: batch references of the pages that were not reached.
void cleanup(Builder& b, const Io& io) {
  auto effects =
      b.has_check("cleanup") ? drop_effect(array_release(io), Role::array) : std::vector<Effect>{};
  effects.push_back(to::leave_out);
  b.label("cleanup-all");
  b.step("cleanup", "dio_cleanup").always(effects, each_page("cleanup-all", "failed"));
  b.label("cleanup");
  b.step("cleanup", "dio_cleanup").always(effects, each_page("cleanup", "submit"));
}

void release_bio(Builder& b, const Io& io) {
  release_each(b, "release", "bio_release_pages", Role::own, request_release(io));
}

/// dio_bio_complete in the context of the waiter.
void complete_for_waiter(Builder& b, const Io& io) {
  if (io.should_dirty() && b.has_check("dirty-at-release"))
    dirty_each(b, "set-dirty", "bio_release_pages");
  release_bio(b, io);
}

/// dio_bio_end_aio: bio_check_pages_dirty releases the pages, or hands the whole bio to
/// bio_dirty_fn when it sees a clean one; then dio_complete reports, in either case.
void complete_async(Builder& b, const Io& io) {
  const auto report = [&] { b.step("complete", "dio_complete").always({to::complete}); };
  if (!io.should_dirty()) {
    release_bio(b, io);
    return report();
  }
  b.label("check");
  b.step("check-dirty", "bio_check_pages_dirty")
      .outcome("dirty", {is::in_io, is::page(kDirty)}, {}, each_page("check", "all-dirty"))
      .outcome("clean: deferred", {is::in_io, !is::page(kDirty)},
               {to::request(kDeferred), to::first_slot})
      .outcome("not in it", {!is::in_io}, {}, each_page("check", "all-dirty"));
  report();
  dirty_each(b, "dirty-again", "bio_dirty_fn");
  release_bio(b, io);
  b.step("put-bio", "bio_put").always({}, at("end"));
  b.label("all-dirty");
  release_bio(b, io);
  report();
}

void submit(Builder& b, const Io& io) {
  extract(b, io, "dio_refill_pages", "failed");
  if (io.row.extract != Take::refuse) {
    page_loop(b, io);
    cleanup(b, io);
  }
  b.label("submit");
  if (io.should_dirty() && !io.sync) dirty_each(b, "set-pages-dirty", "bio_set_pages_dirty");
  b.step("submit", "dio_bio_submit").always({to::request(kSubmitted)});
  if (io.sync) {
    b.step("wait", "dio_await_completion").outcome("", {is::request(kDeviceDone)}, {});
    complete_for_waiter(b, io);
  }
  b.step("return", "do_blockdev_direct_IO").always({to::request(kReturned)}, at("returned"));
  b.label("failed");
  b.step("fail", "do_blockdev_direct_IO")
      .always({to::request(kFailed | kReturned)}, at("returned"));
}

void finish(Builder& b, const Io& io) {
  device_starts(b, "start", "blk_mq_start_request", "end-io");
  transfer_each(b, io, "dma", io.dest ? "DMA to memory" : "DMA from memory");
  b.label("end-io");
  b.step("end-io", io.sync ? "dio_bio_end_io" : "dio_bio_end_aio")
      .always({to::request(kDeviceDone)});
  if (!io.sync) complete_async(b, io);
}

}  // namespace

Caller caller::legacy() {
  return {.name = "legacy",
          .summary = "fs/direct-io.c: batch, cur_page and bio references; releases, then completes",
          .reads = true,
          .writes = true,
          .may_be_async = true,
          .own_reference = OwnReference::page_loop,
          .target = {"legacy", "a file on vfat (fs/direct-io.c)"},
          .submit = submit,
          .finish = finish};
}

}  // namespace pincheck
