// SPDX-License-Identifier: MIT
// FUSE direct I/O, client side: fs/fuse/file.c. The "device" is the daemon copying from or to the
// request's pages. Pages are released before completion is reported. A kill takes effect only
// while the daemon has not read the request yet (FR_PENDING): the request is dequeued.
#include "model/callers/caller.hpp"

namespace pincheck {
namespace {

/// fuse_release_user_pages: set_page_dirty_lock, then drop, page by page.
void release_pages(Builder& b, const Io& io) {
  if (io.should_dirty() && b.guard("dirty-at-release"))
    dirty_each(b, "set-dirty", "fuse_release_user_pages");
  release_array(b, io, "release", "fuse_release_user_pages");
}

void submit(Builder& b, const Io& io) {
  extract(b, io, "fuse_get_user_pages", "failed");
  b.step("send", io.sync ? "fuse_simple_request" : "fuse_simple_background")
      .always({to::request(kSubmitted)});
  if (io.row.when == When::after_submit)
    release_array(b, io, "release-early", "fuse_release_user_pages");
  if (io.sync) {
    auto wait = b.step("wait", "request_wait_answer");
    wait.outcome("answered", {is::request(kDeviceDone)}, {});
    if (io.killable)
      wait.fault("killed before the daemon read it", {!is::request(kSent | kDeviceDone)},
                 {to::request(kCancelled)});
    if (io.row.when == When::completion) release_pages(b, io);
  }
  b.step("return", "fuse_direct_io").always({to::request(kReturned)}, at("returned"));
  b.label("failed");
  b.step("fail", "fuse_direct_io").always({to::request(kFailed | kReturned)}, at("returned"));
}

void finish(Builder& b, const Io& io) {
  b.step("daemon-reads", "fuse_dev_do_read")
      .outcome("request", {is::request(kSubmitted), !is::request(kCancelled)}, {to::request(kSent)})
      .outcome("nothing: dequeued", {is::request(kSubmitted), is::request(kCancelled)}, {},
               at("end"))
      .fault("answers with an error", {is::request(kSubmitted), !is::request(kCancelled)},
             {to::request(kSent | kIoError)}, at("reply"));
  transfer_each(b, io, "copy",
                io.dest ? "fuse_copy_page (to memory)" : "fuse_copy_page (from memory)");
  b.label("reply");
  b.step("reply", "fuse_request_end").always({to::request(kDeviceDone)});
  if (io.sync && io.row.when != When::deferred) return;
  if (!io.sync && io.row.when == When::completion) release_pages(b, io);
  if (!io.sync) b.step("complete", "fuse_aio_complete").always({to::complete});
  if (io.row.when == When::deferred)
    release_array(b, io, "release-late", "fuse_release_user_pages");
}

}  // namespace

Caller fuse() {
  return {"fuse", "FUSE direct I/O: releases, then completes", true, true, true, submit, finish};
}

}  // namespace pincheck
