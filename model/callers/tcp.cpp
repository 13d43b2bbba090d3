// SPDX-License-Identifier: MIT
// A zero-copy sender over TCP that reports success when the socket accepted the data, as siw does
// (drivers/infiniband/sw/siw/siw_qp_tx.c). The pages go into skb fragments and are read again at
// every (re)transmission, after the report: what Viro called silly buggers with refcounts.
// siw itself copies slab pages, and TCP before 6.5 copies for it; the model is the sender that does
// neither: ->sendpage (6.1) or MSG_SPLICE_PAGES (6.12, skb_splice_from_iter) on whatever it is
// given.
#include "model/callers/list.hpp"

namespace pincheck {
namespace {

void submit(Builder& b, const Io& io) {
  if (io.sendpage_ok) {
    b.label("check");
    b.step("sendpage-ok", "sendpage_ok")
        .outcome("not slab", {!is::backing(Backing::kernel)}, {}, each_page("check"))
        .outcome("slab: -EIO", {is::backing(Backing::kernel)},
                 {to::first_slot, to::count(0), to::refuse}, at("failed"));
  }
  extract(b, io, "skb_splice_from_iter", "failed");
  if (io.row.request != Take::none) {
    b.label("frag");
    b.step("add-fragment", "skb_append_pagefrags")
        .always(take_request(io, Role::own), each_page("frag"));
  }
  b.step("queue", "tcp_sendmsg_locked").always({to::request(kSubmitted)});
  if (io.row.when == When::after_submit)
    release_array_alive(b, io, "release", "skb_splice_from_iter");
  b.step("report", "siw_sqe_complete")
      .always({to::complete, to::request(kReturned)}, at("returned"));
  b.label("failed");
  b.step("fail", "skb_splice_from_iter").always({to::request(kFailed | kReturned)}, at("returned"));
}

void finish(Builder& b, const Io& io) {
  b.step("transmit", "tcp_write_xmit").outcome("", {is::request(kSubmitted)}, {});
  b.label("send");
  transfer_each(b, io, "nic-reads", "DMA from memory");
  b.step("acknowledge", "tcp_clean_rtx_queue")
      .outcome("acknowledged", {}, {to::request(kDeviceDone)})
      .fault("lost: retransmit", {!is::request(kDeferred)}, {to::request(kDeferred)}, at("send"));
  release_each(b, "release-fragment", "skb_release_data", Role::own, request_release(io));
  if (io.row.when != When::after_submit)
    release_array(b, io, "release-late", "skb_splice_from_iter");
}

}  // namespace

Caller caller::tcp() {
  return {.name = "tcp",
          .summary = "zero-copy send that reports success before the data left (siw, sendpage)",
          .writes = true,
          .own_reference = OwnReference::object,
          .reports_first = ReportsFirst::all,
          .refuses_slab = true,
          .submit = submit,
          .finish = finish};
}

}  // namespace pincheck
