// SPDX-License-Identifier: MIT
#include "model/iterators/list.hpp"

namespace pincheck {
namespace {

/// pipe_get_pages / append_pipe (6.1): each page is allocated into the ring, which owns its first
/// reference; the caller's comes on top. Reuse of a partly filled last buffer is left out: the
/// model's buffers are whole pages.
void append(Builder& b, const Extraction& x) {
  const auto top = b.fresh("append");
  b.label(top);
  const Test room = is::pipe(Ask::pipe_has_room, x.pipe);
  const Effect push = to::push(x.pipe, BufferOps::plain, Role::creator);
  auto step = b.step("append-pipe", "append_pipe");
  const bool takes = x.take != Take::none;
  step.outcome("appended", {room, is::page_available}, {to::alloc(Role::creator), push},
               takes ? Next{} : each_page(top, x.done));
  stops_here(step, "ring full", {!room}, x);
  stops_here(step, "no memory", {room}, x);
  if (!takes) return;
  b.step("extract", x.function)
      .always(take_struct_page(x.take, Role::array), each_page(top, x.done));
}

}  // namespace

/// The pipe itself as a destination, until 6.4. iov_iter_revert() on it pops ring buffers and
/// releases them (pipe_buf_release): a position change with a side effect.
Kind kind::pipe() {
  return {.name = "pipe",
          .symbol = "ITER_PIPE",
          .summary = "pages allocated into a pipe ring, which holds them until revert or read",
          .iter_type = {.v6_1 = 3},
          .in_ring = true,
          .extract = append};
}

}  // namespace pincheck
