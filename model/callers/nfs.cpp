// SPDX-License-Identifier: MIT
// NFS O_DIRECT and swap over NFS: fs/nfs/direct.c, fs/nfs/pagelist.c (6.1 and 6.12).
//
// Two acquisitions a page: the page array's, dropped as soon as the batch is scheduled, and the
// nfs_page's own, dropped when the RPC is done. A synchronous caller waits killably and leaves
// while the RPCs run. One batch per request; no request is split into a page group. When the
// descriptor refuses a request, nfs_pageio_error_cleanup releases those that are queued and unsent;
// nothing is sent then, and the call returns what it got done: nothing. Left out: 6.12's soft
// errors of a write (RESCHED_WRITES), which keep the requests for a later resend.
#include "model/callers/list.hpp"

namespace pincheck {
namespace {

/// The loop over the page array: one nfs_page per page, queued on the pageio descriptor.
void create_requests(Builder& b, const Io& io) {
  auto add_failed = drop_effect(request_release(io), Role::own);
  if (!b.has_check("release-request-on-error")) add_failed.clear();

  b.label("create");
  auto create = b.step("create-request", "nfs_create_request");
  create.outcome("created", {}, take_request(io, Role::own));
  create.fault("no memory", {is::first}, {}, at("none-queued"));
  create.fault("no memory", {!is::first}, {}, at("rest"));
  auto add = b.step("add-request", "nfs_pageio_add_request");
  add.outcome("queued", {}, {}, each_page("create", "queued"));
  add.outcome("queued and sent", {!is::more}, {to::request(kSubmitted), to::first_slot},
              at("queued"));
  const std::string after = io.row.request == Take::hand_over ? "-after-request" : "";
  add.fault("refused", {is::first}, add_failed, at("none-queued" + after));
  add.fault("refused", {!is::first}, add_failed, at("refused" + after));
}

/// Pages that got no nfs_page: nfs_direct_release_pages drops the whole array all the same. Where
/// the request takes extraction's reference over, the page whose request was refused has none left.
void release_rest(Builder& b, const Io& io) {
  const bool handed_over = io.row.request == Take::hand_over;
  Drop drop = handed_over ? matching(io.row.extract) : array_release(io);
  if (!b.has_check("release-array-on-error")) drop = Drop::none;
  auto effects = drop_effect(drop, Role::array);
  effects.push_back(to::leave_out);
  const auto loop = [&](const std::string& label, const char* after) {
    b.label(label);
    b.step("release-rest", "nfs_direct_release_pages").always(effects, each_page(label, after));
    if (!handed_over) return;
    b.label(label + "-after-request");
    auto skip = b.step("request-had-it", "nfs_release_request");
    skip.outcome("", {is::more}, {to::leave_out, to::next_slot}, at(label));
    skip.outcome("", {!is::more}, {to::leave_out, to::first_slot}, at(after));
  };
  loop("none-queued", "failed");
  loop("rest", "queued");
  loop("refused", "unqueue");
}

/// nfs_pageio_error_cleanup, for the pages whose requests are queued. It runs before the rest of
/// the array is released, which only moves operations on different pages past each other.
void unqueue(Builder& b, const Io& io) {
  b.label("unqueue");
  b.step("unqueue", "nfs_pageio_error_cleanup")
      .outcome("queued", {is::in_io}, drop_effect(request_release(io), Role::own),
               each_page("unqueue"))
      .outcome("not in it", {!is::in_io}, {}, each_page("unqueue"));
  release_array_alive(b, io, "release-array", "nfs_direct_release_pages");
  b.step("fail-unsent", "nfs_pageio_complete").always({}, at("failed"));
}

void wait_killably(Builder& b, const Io& io, std::string_view function) {
  auto wait = b.step("wait", "nfs_direct_wait");
  wait.outcome("completed", {is::request(kCompleted)}, {to::request(kReturned)}, at("returned"));
  if (!io.killable) return;
  if (io.pipe < 0) {
    wait.fault("SIGKILL", {!is::request(kCompleted)}, {to::request(kKilled | kReturned)},
               at("returned"));
    return;
  }
  wait.fault("SIGKILL", {!is::request(kCompleted)}, {to::request(kKilled)});
  b.label("revert-all");
  b.step("revert-all", function)
      .outcome("", {is::in_io}, {to::pipe(Do::pipe_drop_tail, io.pipe)},
               each_page("revert-all", "reverted"))
      .outcome("not in it", {!is::in_io}, {}, each_page("revert-all", "reverted"));
  b.label("reverted");
  b.step("return-killed", "nfs_file_direct_read").always({to::request(kReturned)}, at("returned"));
}

void schedule(Builder& b, const Io& io, std::string_view function, std::string_view caller) {
  extract(b, io, function, "failed");
  if (io.row.extract != Take::refuse) {
    create_requests(b, io);
    release_rest(b, io);
    unqueue(b, io);
  }
  b.label("queued");
  if (io.row.when == When::after_submit)
    release_array_alive(b, io, "release-array", "nfs_direct_release_pages");
  b.step("pageio-complete", "nfs_pageio_complete").always({to::request(kSubmitted | kScheduled)});
  if (io.sync)
    wait_killably(b, io, "iov_iter_revert");
  else
    b.step("return", caller).always({to::request(kReturned)}, at("returned"));
  b.label("failed");
  b.step("fail", caller).always({to::request(kFailed | kReturned)}, at("returned"));
}

/// nfs_release_request for each page, and what a convention keeps until then.
void release_requests(Builder& b, const Io& io) {
  release_each(b, "release-request", "nfs_release_request", Role::own, request_release(io));
  if (io.row.when == When::completion)
    release_array(b, io, "release-array-late", "nfs_direct_release_pages");
}

void complete(Builder& b, const Io& io) {
  b.step("complete", "nfs_direct_complete").outcome("", {is::request(kScheduled)}, {to::complete});
  if (io.row.when == When::deferred)
    release_array(b, io, "release-array-late", "nfs_direct_release_pages");
}

void submit_read(Builder& b, const Io& io) {
  schedule(b, io, "nfs_direct_read_schedule_iovec", "nfs_file_direct_read");
}

void finish_read(Builder& b, const Io& io) {
  device_starts(b, "rpc", "nfs_initiate_pgio", "reply");
  transfer_each(b, io, "reply-data", "RPC READ reply");
  b.label("reply");
  b.step("reply", "nfs_direct_read_completion").always({to::request(kDeviceDone)});
  if (io.should_dirty()) {
    // set_page_dirty without the folio lock; never on large folios, nor past good_bytes.
    b.label("dirty");
    b.step("set-dirty", "nfs_direct_read_completion")
        .outcome("", {is::in_io, !is::large, !is::request(kIoError)}, {to::dirty},
                 each_page("dirty", "release"))
        .outcome("large folio", {is::in_io, is::large, !is::request(kIoError)}, {},
                 each_page("dirty", "release"))
        .outcome("no good bytes", {is::request(kIoError)}, {}, each_page("dirty", "release"))
        .outcome("not in it", {!is::in_io, !is::request(kIoError)}, {},
                 each_page("dirty", "release"));
    b.label("release");
  }
  release_requests(b, io);
  complete(b, io);
}

void submit_write(Builder& b, const Io& io) {
  schedule(b, io, "nfs_direct_write_schedule_iovec", "nfs_file_direct_write");
}

/// An unstable write keeps its requests on the commit list; a changed verifier sends them again.
void finish_write(Builder& b, const Io& io) {
  device_starts(b, "rpc", "nfs_initiate_pgio", "reply");
  b.label("send");
  transfer_each(b, io, "send-data", "RPC WRITE call");
  b.label("written");
  auto written = b.step("write-reply", "nfs_direct_write_completion");
  written.outcome("stable", {}, {}, at("reply"));
  written.outcome("unstable: on the commit list", {}, {});
  b.step("commit", "nfs_direct_commit_complete")
      .outcome("committed", {}, {}, at("reply"))
      .fault("verifier changed: resend", {!is::request(kDeferred)}, {to::request(kDeferred)},
             at("send"));
  b.label("reply");
  b.step("reply", "nfs_direct_write_completion").always({to::request(kDeviceDone)});
  release_requests(b, io);
  complete(b, io);
}

constexpr TargetFile kTarget{"nfs", "a file on NFS"};

}  // namespace

Caller caller::nfs_read() {
  return {.name = "nfs-read",
          .summary = "NFS O_DIRECT read, swap-in over NFS: array and nfs_page references",
          .reads = true,
          .may_be_async = true,
          .own_reference = OwnReference::object,
          .target = kTarget,
          .submit = submit_read,
          .finish = finish_read};
}

Caller caller::nfs_write() {
  return {.name = "nfs-write",
          .summary = "NFS O_DIRECT write, swap-out over NFS: array and nfs_page references",
          .writes = true,
          .may_be_async = true,
          .own_reference = OwnReference::object,
          .target = kTarget,
          .submit = submit_write,
          .finish = finish_write};
}

}  // namespace pincheck
