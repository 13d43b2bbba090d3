// SPDX-License-Identifier: MIT
// FUSE direct I/O, client side: fs/fuse/file.c. The "device" is the daemon copying from or to the
// request's pages. Pages are released before completion is reported. A kill takes effect only
// while the daemon has not read the request yet (FR_PENDING): the request is dequeued.
#include "model/callers/list.hpp"

namespace pincheck {
namespace {

constexpr auto kRelease = "fuse_release_user_pages";

/// fuse_release_user_pages: set_page_dirty_lock, then drop, page by page, whenever that is.
void dirty_pages(Builder& b, const Io& io) {
  if (io.should_dirty() && b.has_check("dirty-at-release")) dirty_each(b, "set-dirty", kRelease);
}
void release_pages(Builder& b, const Io& io, std::string_view step) {
  dirty_pages(b, io);
  release_array(b, io, step, kRelease);
}
/// The same by the submitter.
void release_own_pages(Builder& b, const Io& io, std::string_view step) {
  dirty_pages(b, io);
  release_array_alive(b, io, step, kRelease);
}

void submit(Builder& b, const Io& io) {
  extract(b, io, "fuse_get_user_pages", "failed");
  b.step("send", io.sync ? "fuse_simple_request" : "fuse_simple_background")
      .always({to::request(kSubmitted)});
  if (io.row.when == When::after_submit) release_own_pages(b, io, "release-early");
  if (io.sync) {
    auto wait = b.step("wait", "request_wait_answer");
    wait.outcome("answered", {is::request(kDeviceDone)}, {});
    if (io.killable)
      wait.fault("killed before the daemon read it", {!is::request(kSent | kDeviceDone)},
                 {to::request(kCancelled)});
    if (io.row.when == When::completion) release_own_pages(b, io, "release");
  }
  b.step("return", "fuse_direct_io").always({to::request(kReturned)}, at("returned"));
  b.label("failed");
  b.step("fail", "fuse_direct_io").always({to::request(kFailed | kReturned)}, at("returned"));
}

void finish(Builder& b, const Io& io) {
  b.step("daemon-reads", "fuse_dev_do_read")
      .outcome("request", {is::request(kSubmitted), !is::request(kCancelled)}, {to::request(kSent)})
      .outcome("nothing: dequeued", {is::request(kSubmitted), is::request(kCancelled)}, {},
               at("ended"))
      .fault("answers with an error", {is::request(kSubmitted), !is::request(kCancelled)},
             {to::request(kSent | kIoError)}, at("reply"));
  transfer_each(b, io, "copy",
                io.dest ? "fuse_copy_page (to memory)" : "fuse_copy_page (from memory)");
  b.label("reply");
  b.step("reply", "fuse_request_end").always({to::request(kDeviceDone)});
  if (!io.sync && io.row.when == When::completion) release_pages(b, io, "release");
  if (!io.sync) b.step("complete", "fuse_aio_complete").always({to::complete});
  b.label("ended");
  if (io.row.when == When::deferred) release_pages(b, io, "release-late");
}

}  // namespace

Caller caller::fuse() {
  return {.name = "fuse",
          .summary = "FUSE direct I/O: releases, then completes",
          .reads = true,
          .writes = true,
          .may_be_async = true,
          .waits_then_releases = true,
          .target = {"fuse", "a file on FUSE, with direct_io"},
          .submit = submit,
          .finish = finish};
}

}  // namespace pincheck
