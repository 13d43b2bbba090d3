// SPDX-License-Identifier: MIT
// A path: one kernel path as a program of atomic steps. One file each, one line in list.cpp.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "model/callers/caller.hpp"
#include "model/convention.hpp"
#include "model/processes.hpp"
#include "model/scenario.hpp"

namespace pincheck {

/// The convention does not say how to treat this caller and kind.
struct NotStated : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What a path is built from. The submitter's program goes to `main`, the device's and the
/// completion's to `completion`, which starts once the request is submitted.
struct PathContext {
  const Scenario& scenario;
  const Convention& convention;
  const Kinds& kinds;
  const ActorSpec& actor;
  Builder& main;
  Builder& completion;

  /// The I/O of the actor's caller over `kind`. Throws NotStated where the convention is silent.
  Io io(std::string_view kind, bool dest, bool sync, int pipe = -1) const;
  const Caller& caller() const { return *find_caller(actor.caller); }
};

/// What an actor of the path must name.
enum Needs : unsigned {
  kNeedsCaller = 1,
  kMayHaveCaller = 2,
  kNeedsKind = 4,
  kNeedsPages = 8,
  kNeedsPipe = 16,
  kNeedsPipe2 = 32,
  kUsesOwnPipe = 64,     ///< sendfile: a pipe of its own besides the scenario's
  kOnePage = 128,        ///< exactly one page
  kMapsPages = 256,      ///< its pages are user memory, whatever the kind
  kReadsPipe = 512,      ///< it has the read end of its pipe open
  kWritesPipe = 1024,    ///< it has the write end open; a tee has that of `to`
  kKernelThread = 2048,  ///< of no process
};

struct Path {
  std::string_view name;
  std::string_view summary;
  unsigned needs;
  bool dest;                      ///< its caller sees an ITER_DEST iterator
  std::vector<Backing> backings;  ///< pages it works on; empty: the kind decides
  void (*build)(const PathContext&);
};

const std::vector<Path>& paths();
const Path* find_path(std::string_view name);

Path direct_read();
Path direct_write();
Path splice_read();
Path splice_write();
Path sendfile();
Path vmsplice();
Path tee();
Path pipe_read();
Path pipe_write();
Path store();
Path writeback();
Path reclaim();
Path truncate();
Path munmap();

// Building blocks the splice paths share.

/// filemap_get_pages and page_cache_pipe_buf: page cache pages into `pipe`, with the batch's get.
void fill_from_page_cache(Builder&, int pipe, const std::string& done);
/// The ring's buffers as an ITER_BVEC to the actor's caller; consumed buffers are released.
/// The pipe is locked. Ends at `unlock`.
void write_from_pipe(const PathContext&, int pipe, const std::string& unlock);
/// Comes before the path: a task that shares with others makes its call, or exits first.
void enter(Builder&, const Task&);
/// Goes on behind the path: what the task gives back at exit. Jumps to "end" come here.
void leave(Builder&, const Task&);
/// pipe_buf_release of the oldest buffer, with anon_pipe_buf_release's tmp_page rule.
void release_head(StepRef step, int pipe, std::vector<Test> when, const Next& next);

}  // namespace pincheck
