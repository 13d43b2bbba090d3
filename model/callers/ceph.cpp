// SPDX-License-Identifier: MIT
// cephfs: ceph_direct_read_write (fs/ceph/file.c), and the page cache side (fs/ceph/addr.c) through
// xarray iterators, where finish_netfs_read (6.1) completes before it puts. The wait is killable,
// but ceph_osdc_cancel_request revokes the messages under the connection mutex before the pages are
// put: cancel, then put.
#include "model/callers/list.hpp"

namespace pincheck {
namespace {

/// put_bvecs: set_page_dirty_lock, then put, page by page, whenever that is.
void dirty_bvecs(Builder& b, const Io& io) {
  if (io.should_dirty() && b.has_check("dirty-at-release")) dirty_each(b, "set-dirty", "put_bvecs");
}
void put_bvecs(Builder& b, const Io& io, std::string_view step) {
  dirty_bvecs(b, io);
  release_array(b, io, step, "put_bvecs");
}
/// The same by the submitter.
void put_own_bvecs(Builder& b, const Io& io, std::string_view step) {
  dirty_bvecs(b, io);
  release_array_alive(b, io, step, "put_bvecs");
}

void submit(Builder& b, const Io& io) {
  extract(b, io, "__iter_get_bvecs", "failed");
  b.step("start-request", "ceph_osdc_start_request").always({to::request(kSubmitted)});
  if (io.row.when == When::after_submit) put_own_bvecs(b, io, "release-early");
  if (io.sync) {
    const bool cancels = b.has_check("cancel-before-put");
    auto wait = b.step("wait", "ceph_osdc_wait_request");
    wait.outcome("done", {is::request(kDeviceDone)}, {});
    if (io.killable)
      wait.fault("killed: cancelled", {!is::request(kDeviceDone)},
                 {to::request(cancels ? kKilled | kCancelled : kKilled)});
    if (io.row.when == When::completion) put_own_bvecs(b, io, "release");
  }
  b.step("return", "ceph_direct_read_write").always({to::request(kReturned)}, at("returned"));
  b.label("failed");
  b.step("fail", "ceph_direct_read_write")
      .always({to::request(kFailed | kReturned)}, at("returned"));
}

void finish(Builder& b, const Io& io) {
  b.step("osd-request", "ceph_con_workfn")
      .outcome("starts", {is::request(kSubmitted), !is::request(kCancelled)}, {})
      .outcome("revoked", {is::request(kSubmitted), is::request(kCancelled)}, {}, at("ended"))
      .fault("I/O error", {is::request(kSubmitted), !is::request(kCancelled)},
             {to::request(kIoError)}, at("reply"));
  b.label("transfer");
  b.step("transfer", io.dest ? "ceph_msg_data (to memory)" : "ceph_msg_data (from memory)")
      .outcome(io.dest ? "device writes the page" : "device reads the page",
               {!is::request(kCancelled)}, {io.dest ? to::device_write : to::device_read},
               each_page("transfer", "reply"))
      .outcome("revoked", {is::request(kCancelled)}, {to::first_slot}, at("ended"));
  b.label("reply");
  b.step("reply", "handle_reply").always({to::request(kDeviceDone)});
  if (!io.sync) {
    if (io.kind->page_cache) b.step("complete", "netfs_subreq_terminated").always({to::complete});
    if (io.row.when == When::completion) put_bvecs(b, io, "release");
    if (!io.kind->page_cache) b.step("complete", "ceph_aio_complete").always({to::complete});
  }
  b.label("ended");
  if (io.row.when == When::deferred) put_bvecs(b, io, "release-late");
}

}  // namespace

Caller caller::ceph() {
  return {.name = "ceph",
          .summary = "cephfs: releases, then completes; a kill cancels first",
          .reads = true,
          .writes = true,
          .may_be_async = true,
          .waits_then_releases = true,
          .target = {"ceph", "a file on cephfs"},
          .submit = submit,
          .finish = finish};
}

}  // namespace pincheck
