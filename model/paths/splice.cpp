// SPDX-License-Identifier: MIT
// splice(2), sendfile(2): fs/splice.c, mm/filemap.c. The pipe lock is held over the whole transfer.
//
// A splice into a pipe that is not empty ends with -EAGAIN: the model's rings are filled from
// empty, so that "discard what this splice emitted" is "discard all".
#include "model/paths/list.hpp"

namespace pincheck {

void release_head(StepRef step, int pipe, std::vector<Test> when, const Next& next) {
  auto keep = when;
  keep.push_back(is::pipe(Ask::head_recyclable, pipe));
  step.outcome("kept as tmp_page", keep, {to::pipe(Do::pipe_keep_head, pipe)}, next);
  when.push_back(!is::pipe(Ask::head_recyclable, pipe));
  step.outcome("put", when, {to::pipe(Do::pipe_drop_head, pipe)}, next);
}

void fill_from_page_cache(Builder& b, int pipe, const std::string& done) {
  b.label("fill");
  b.step("lookup", "filemap_get_pages")
      .outcome("found", {is::page(kCached), is::ref_nonzero}, {to::get(Role::array)})
      .outcome("not in the cache", {!is::page(kCached)}, {to::first_slot}, at(done));
  const Test room = is::pipe(Ask::pipe_has_room, pipe);
  b.step("push", "splice_folio_into_pipe")
      .outcome("pushed", {room},
               {to::get(Role::creator), to::push(pipe, BufferOps::page_cache, Role::creator)})
      .outcome("full", {!room}, {to::put(Role::array), to::first_slot}, at(done));
  b.step("put-batch", "folio_batch_release")
      .always({to::put(Role::array)}, each_page("fill", done));
}

void write_from_pipe(const PathContext& c, int pipe, const std::string& unlock) {
  Builder& b = c.main;
  const std::string own = b.prefix();
  b.label("peek");
  b.step("build-bvec", "iter_file_splice_write")
      .outcome("empty", {is::pipe(Ask::pipe_empty, pipe)}, {}, at(unlock))
      .outcome("buffer",
               {is::pipe(Ask::pipe_reaches, pipe), is::pipe(Ask::pipe_reaches_next, pipe)},
               {to::pipe(Do::pipe_peek, pipe), to::next_slot}, at("peek"))
      .outcome("last buffer",
               {is::pipe(Ask::pipe_reaches, pipe), !is::pipe(Ask::pipe_reaches_next, pipe)},
               {to::pipe(Do::pipe_peek, pipe), to::next_slot, to::count_here, to::first_slot});
  const Io io = c.io("bvec", Direction::source);
  b.prefix(c.actor.caller);
  c.caller().submit(b, io);
  c.caller().finish(c.completion, io);
  b.prefix(own);
  b.label("returned");
  const Test failed = is::request(kFailed | kKilled | kIoError | kCancelled);
  b.step("written", "iter_file_splice_write")
      .outcome("consumed", {!failed}, {to::first_slot})
      .outcome("error", {failed}, {to::first_slot}, at(unlock));
  b.label("consume");
  auto release = b.step("release-buffer", "pipe_buf_release");
  release_head(release, pipe, {is::in_io}, each_page("consume", unlock));
  release.outcome("not written", {!is::in_io}, {to::first_slot}, at(unlock));
}

namespace {

void unlock_and_end(Builder& b, int pipe) {
  b.label("unlock");
  b.step("unlock", "pipe_unlock").always({to::pipe(Do::pipe_unlock, pipe)}, at("end"));
}

void lock_empty(Builder& b, int pipe) {
  const Test locked = is::pipe(Ask::pipe_locked, pipe);
  const Test empty = is::pipe(Ask::pipe_empty, pipe);
  const Test readers = is::pipe(Ask::pipe_has_readers, pipe);
  b.step("lock", "pipe_lock")
      .outcome("", {!locked, empty, readers}, {to::pipe(Do::pipe_lock, pipe)})
      .outcome("-EPIPE", {!locked, !readers}, {}, at("end"))
      .outcome("-EAGAIN", {!locked, !empty, readers}, {}, at("end"));
}

/// generic_file_splice_read: the pipe itself is the iterator. On error, what was emitted is freed.
void read_into_ring(const PathContext& c) {
  Builder& b = c.main;
  const int pipe = c.actor.pipe;
  lock_empty(b, pipe);
  Io io = c.io("pipe", Direction::dest);
  io.pipe = pipe;
  b.prefix(c.actor.caller);
  c.caller().submit(b, io);
  c.caller().finish(c.completion, io);
  b.prefix("splice-read");
  b.label("returned");
  const Test failed = is::request(kFailed | kKilled | kIoError | kCancelled);
  b.step("result", "generic_file_splice_read")
      .outcome("data", {!failed}, {}, at("unlock"))
      .outcome("error", {failed}, {});
  b.label("discard");
  const Test empty = is::pipe(Ask::pipe_empty, pipe);
  b.step("discard", "pipe_discard_from")
      .outcome("buffer", {!empty}, {to::pipe(Do::pipe_drop_tail, pipe)}, at("discard"))
      .outcome("none left", {empty}, {}, at("unlock"));
  unlock_and_end(b, pipe);
}

/// copy_splice_read: private pages, an ITER_BVEC read, then the pages move into the ring.
void read_into_copy(const PathContext& c) {
  Builder& b = c.main;
  const int pipe = c.actor.pipe;
  lock_empty(b, pipe);
  b.label("alloc");
  auto alloc = b.step("alloc-pages", "alloc_pages_bulk_array");
  alloc.outcome("allocated", {is::page_available}, {to::alloc(Role::creator)},
                each_page("alloc", "read"));
  alloc.outcome("no memory", {!is::page_available, is::first}, {to::count(0)}, at("unlock"));
  alloc.outcome("fewer pages", {!is::page_available, !is::first}, {to::count_here, to::first_slot});
  b.label("read");
  const Io io = c.io("bvec", Direction::dest);
  b.prefix(c.actor.caller);
  c.caller().submit(b, io);
  c.caller().finish(c.completion, io);
  b.prefix("splice-read");
  b.label("returned");
  const Test failed = is::request(kFailed | kKilled | kIoError | kCancelled);
  b.step("result", "copy_splice_read")
      .outcome("data", {!failed}, {to::first_slot})
      .outcome("error", {failed}, {to::first_slot}, at("release"));
  b.label("move");
  b.step("move-to-pipe", "copy_splice_read")
      .outcome("", {is::in_io}, {to::push(pipe, BufferOps::plain, Role::creator)},
               each_listed("move", "unlock"))
      .outcome("not read", {!is::in_io}, {}, at("release"))
      .fault("short read", {is::in_io}, {}, at("release"));
  b.label("release");
  b.step("release", "release_pages")
      .always({to::put(Role::creator)}, each_listed("release", "unlock"));
  unlock_and_end(b, pipe);
}

void build_read(const PathContext& c) {
  if (!c.actor.caller.empty()) {
    if (c.convention.splice_read == SpliceRead::iter_pipe) return read_into_ring(c);
    return read_into_copy(c);
  }
  lock_empty(c.main, c.actor.pipe);
  fill_from_page_cache(c.main, c.actor.pipe, "unlock");
  unlock_and_end(c.main, c.actor.pipe);
}

/// iter_file_splice_write.
void build_write(const PathContext& c) {
  Builder& b = c.main;
  const int pipe = c.actor.pipe;
  const Test locked = is::pipe(Ask::pipe_locked, pipe);
  b.step("lock", "pipe_lock").outcome("", {!locked}, {to::pipe(Do::pipe_lock, pipe)});
  write_from_pipe(c, pipe, "unlock");
  unlock_and_end(b, pipe);
}

/// splice_direct_to_actor: an internal pipe; what was not written is released at once.
void build_sendfile(const PathContext& c) {
  Builder& b = c.main;
  const int pipe = c.actor.pipe;
  fill_from_page_cache(b, pipe, "peek");
  write_from_pipe(c, pipe, "out-release");
  b.label("out-release");
  const Test empty = is::pipe(Ask::pipe_empty, pipe);
  b.step("out-release", "splice_direct_to_actor")
      .outcome("buffer", {!empty}, {to::pipe(Do::pipe_drop_head, pipe)}, at("out-release"))
      .outcome("none left", {empty}, {}, at("end"));
}

std::string_view makes_ring_or_copy(const Convention& convention) {
  return convention.splice_read == SpliceRead::iter_pipe ? "pipe" : "bvec";
}

std::string_view makes_bvec(const Convention&) { return "bvec"; }

}  // namespace

Path path::splice_read() {
  return {.name = "splice-read",
          .summary = "splice from a file into a pipe: page cache, or O_DIRECT when it has a caller",
          .needs = kMayHaveCaller | kNeedsPages | kNeedsPipe,
          .acts = kWritesPipe | kFileRange,
          .dest = true,
          .backings = {Backing::file},
          .io_backings = {Backing::pipe},
          .makes = makes_ring_or_copy,
          .build = build_read};
}

Path path::splice_write() {
  return {.name = "splice-write",
          .summary = "splice from a pipe to an O_DIRECT file, as ITER_BVEC",
          .needs = kNeedsCaller | kNeedsPipe,
          .acts = kReadsPipe,
          .makes = makes_bvec,
          .build = build_write};
}

Path path::sendfile() {
  return {.name = "sendfile",
          .summary = "sendfile from the page cache to an O_DIRECT file, through a pipe of its own",
          .needs = kNeedsCaller | kNeedsPages,
          .acts = kUsesOwnPipe | kFileRange,
          .backings = {Backing::file},
          .makes = makes_bvec,
          .build = build_sendfile};
}

}  // namespace pincheck
