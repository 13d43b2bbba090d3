// SPDX-License-Identifier: MIT
// The other users of a pipe: vmsplice(2), tee(2), read(2) and write(2) (fs/splice.c, fs/pipe.c).
#include "model/paths/list.hpp"

namespace pincheck {
namespace {

void lock(Builder& b, int pipe) {
  b.step("lock", "pipe_lock")
      .outcome("", {!is::pipe(Ask::pipe_locked, pipe)}, {to::pipe(Do::pipe_lock, pipe)});
}

void unlock(Builder& b, int pipe) {
  b.label("unlock");
  b.step("unlock", "pipe_unlock").always({to::pipe(Do::pipe_unlock, pipe)}, at("end"));
}

/// iter_to_pipe: each page's get becomes its buffer's reference. When the ring is full,
/// add_to_pipe has already dropped the page it was given, and the loop drops the remaining ones.
void build_vmsplice(const PathContext& c) {
  Builder& b = c.main;
  const int pipe = c.actor.pipe;
  const Test space = is::pipe(Ask::pipe_has_room, pipe);
  const Test locked = is::pipe(Ask::pipe_locked, pipe);
  const Test readers = is::pipe(Ask::pipe_has_readers, pipe);
  b.step("lock", "wait_for_space")
      .outcome("", {!locked, space, readers}, {to::pipe(Do::pipe_lock, pipe)})
      .outcome("-EPIPE", {!locked, !readers}, {}, at("end"))
      .outcome("-EAGAIN", {!locked, !space, readers}, {}, at("end"));
  gup(b, {Take::get, false, -1, "iter_to_pipe", "add", "unlock"});
  b.label("add");
  const Test room = is::pipe(Ask::pipe_has_room, pipe);
  auto add = b.step("add-to-pipe", "add_to_pipe");
  add.outcome("added", {room}, {to::push(pipe, BufferOps::user, Role::array)},
              each_page("add", "unlock"));
  add.outcome("full: dropped", {!room}, {to::put(Role::array)}, each_page("rest", "unlock"));
  b.label("rest");
  std::vector<Effect> rest;
  if (b.has_check("put-rest")) rest.push_back(to::put(Role::array));
  b.step("put-rest", "iter_to_pipe").always(rest, each_page("rest", "unlock"));
  unlock(b, pipe);
}

/// link_pipe: both pipes locked, try_get_page on the buffer's page, flags cleared. One buffer.
void build_tee(const PathContext& c) {
  Builder& b = c.main;
  const int in = c.actor.pipe;
  const int out = c.actor.pipe2;
  b.step("lock", "pipe_double_lock")
      .outcome("", {!is::pipe(Ask::pipe_locked, in), !is::pipe(Ask::pipe_locked, out)},
               {to::pipe(Do::pipe_lock, in), to::pipe(Do::pipe_lock, out)});
  const Test has = !is::pipe(Ask::pipe_empty, in);
  const Test room = is::pipe(Ask::pipe_has_room, out);
  const Test readers = is::pipe(Ask::pipe_has_readers, out);
  const Test positive = is::pipe(Ask::head_ref_positive, in);
  const bool tries = b.has_check("try-get");
  auto get = b.step("pipe-buf-get", "generic_pipe_buf_get");
  std::vector<Test> may{has, room, readers};
  if (tries) may.push_back(positive);
  get.outcome("duplicated", may, {to::pipe(Do::pipe_dup_head, in, out)});
  get.outcome("-EPIPE", {!readers}, {});
  get.outcome("nothing to duplicate", {!has, readers}, {});
  get.outcome("no room", {has, !room, readers}, {});
  if (tries) get.outcome("refused", {has, room, readers, !positive}, {});
  b.step("unlock", "pipe_unlock")
      .always({to::pipe(Do::pipe_unlock, in), to::pipe(Do::pipe_unlock, out)});
}

void build_read(const PathContext& c) {
  Builder& b = c.main;
  const int pipe = c.actor.pipe;
  lock(b, pipe);
  b.label("next");
  const Test empty = is::pipe(Ask::pipe_empty, pipe);
  auto step = b.step("consume", "pipe_read");
  step.outcome("empty", {empty}, {}, at("unlock"));
  release_head(step, pipe, {!empty}, at("next"));
  unlock(b, pipe);
}

/// pipe_write: a page into the ring, tmp_page if there is one.
void build_write(const PathContext& c) {
  Builder& b = c.main;
  const int pipe = c.actor.pipe;
  lock(b, pipe);
  const Test room = is::pipe(Ask::pipe_has_room, pipe);
  const Test tmp = is::pipe(Ask::has_tmp_page, pipe);
  const Test readers = is::pipe(Ask::pipe_has_readers, pipe);
  b.step("get-page", "pipe_write")
      .outcome("tmp_page", {room, readers, tmp},
               {to::pipe(Do::pipe_take_tmp, pipe, static_cast<int>(Role::creator))})
      .outcome("allocated", {room, readers, !tmp, is::page_available}, {to::alloc(Role::creator)})
      .outcome("no memory", {room, readers, !tmp, !is::page_available}, {}, at("unlock"))
      .outcome("full", {!room, readers}, {}, at("unlock"))
      .outcome("-EPIPE", {!readers}, {}, at("unlock"));
  b.step("fill", "copy_page_from_iter").always({{Do::cpu_write}});
  b.step("push", "pipe_write").always({to::push(pipe, BufferOps::anon, Role::creator)});
  unlock(b, pipe);
}

}  // namespace

Path path::vmsplice() {
  return {.name = "vmsplice",
          .summary = "vmsplice of user memory into a pipe: a get a page, never a pin",
          .needs = kNeedsPages | kNeedsPipe,
          .acts = kMapsPages | kWritesPipe,
          .backings = {Backing::anon, Backing::file, Backing::zero},
          .user_space = {.ready = {"const struct iovec parts[] = {{{vectors}}};"},
                         .turn = "n = vmsplice({pipe}[1], parts, sizeof parts / sizeof *parts, "
                                 "SPLICE_F_NONBLOCK);"},
          .build = build_vmsplice};
}

Path path::tee() {
  return {.name = "tee",
          .summary = "tee: the oldest buffer of one pipe also into another",
          .needs = kNeedsPipe | kNeedsPipe2,
          .acts = kReadsPipe,
          .user_space = {.turn = "n = tee({pipe}[0], {to}[1], kPage, SPLICE_F_NONBLOCK);"},
          .build = build_tee};
}

Path path::pipe_read() {
  return {.name = "pipe-read",
          .summary = "read(2) that drains a pipe",
          .needs = kNeedsPipe,
          .acts = kReadsPipe,
          .user_space = {.turn = "n = drain({pipe}[0]);"},
          .build = build_read};
}

Path path::pipe_write() {
  return {.name = "pipe-write",
          .summary = "write(2) of a page into a pipe",
          .needs = kNeedsPipe,
          .acts = kWritesPipe | kAllocates,
          .user_space = {.ready = {"char data[kPage];", "memset(data, 'w', sizeof data);"},
                         .turn = "n = write({pipe}[1], data, sizeof data);"},
          .build = build_write};
}

}  // namespace pincheck
