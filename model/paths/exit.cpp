// SPDX-License-Identifier: MIT
// The beginning and the end of every task. do_exit (kernel/exit.c) gives back the address space
// (exit_mm), then the open files (exit_files). What several tasks share goes with the last of them,
// so a task that others share with may exit before its call, too.
//
// A process may exit right after its last call, or much later, with I/O of its own still in flight:
// io_uring's requests outlive it (aio's are waited for in exit_aio, one of the orders here).
#include <algorithm>

#include "model/paths/path.hpp"

namespace pincheck {
namespace {

/// unmap_vmas: no reference or pin is looked at.
void tear_down_mm(Builder& b) {
  b.label("unmap");
  b.step("unmap", "exit_mmap")
      .outcome("unmapped", {is::pte(kMapped)}, {to::unmap}, each_listed("unmap"))
      .outcome("not mapped", {!is::pte(kMapped)}, {}, each_listed("unmap"));
}

/// pipe_release, and for the last one free_pipe_info: whoever else has I/O in flight from the
/// buffers is not asked. A page that pipe_buf_release would keep as tmp_page is freed with it: here
/// at once.
void close_pipe(Builder& b, const Task::Open& open, const std::string& after) {
  const int pipe = open.pipe;
  const Test last{Ask::pipe_last, true, static_cast<std::uint16_t>(pipe | open.ends << 4)};
  const Test unlocked = !is::pipe(Ask::pipe_locked, pipe);
  const Effect close = to::pipe(Do::pipe_close, pipe, open.ends);
  const auto top = b.fresh("free");
  b.step("close", "pipe_release")
      .outcome("last one", {unlocked, last}, {close})
      .outcome("others have it open", {unlocked, !last}, {close}, at(after));
  b.label(top);
  const Test empty = is::pipe(Ask::pipe_empty, pipe);
  const Test tmp = is::pipe(Ask::has_tmp_page, pipe);
  auto free = b.step("free-buffers", "free_pipe_info");
  free.outcome("buffer", {!empty}, {to::pipe(Do::pipe_drop_head, pipe)}, at(top));
  free.outcome("none left", {empty}, {});
  b.step("free-tmp-page", "free_pipe_info")
      .outcome("tmp_page", {tmp}, {to::pipe(Do::pipe_drop_tmp, pipe)}, at(after))
      .outcome("none", {!tmp}, {}, at(after));
}

void close_in_turn(Builder& b, const std::vector<Task::Open>& opens) {
  for (const Task::Open& open : opens) {
    const bool last = &open == &opens.back();
    const auto after = last ? "exited" : b.fresh("closed");
    close_pipe(b, open, after);
    if (!last) b.label(after);
  }
}

/// exit_files closes by descriptor, which says nothing of the pipe: two come either way.
void close_files(Builder& b, std::vector<Task::Open> opens) {
  if (opens.empty()) return;
  if (opens.size() > 1) {
    b.step("descriptors", "exit_files")
        .outcome("one way", {}, {})
        .outcome("the other way", {}, {}, at("reversed"));
    close_in_turn(b, opens);
    std::reverse(opens.begin(), opens.end());
    b.label("reversed");
  }
  close_in_turn(b, opens);
  b.label("exited");
}

}  // namespace

void enter(Builder& b, const Task& task) {
  if (!task.shares) return;
  const std::string own = b.prefix();
  b.prefix("task");
  b.step("begin", "do_syscall_64").outcome("calls", {}, {}).fault("exits first", {}, {}, at("end"));
  b.prefix(own);
}

void leave(Builder& b, const Task& task) {
  b.label("end");
  if (!task.exits()) return;
  b.prefix("exit");
  std::vector<Effect> effects{to::first_slot};
  if (task.process >= 0) effects.push_back({Do::leave, static_cast<std::uint8_t>(task.process)});
  b.step("exit", "do_exit").always(effects);
  if (task.process >= 0)
    b.step("last-task", "do_exit")
        .outcome("", {{Ask::process_left, true, static_cast<std::uint16_t>(task.process)}}, {});
  if (task.maps) tear_down_mm(b);
  close_files(b, task.opens);
}

}  // namespace pincheck
