// SPDX-License-Identifier: MIT
// model/paths: uses model/callers; used by model/compile.
// A path: one kernel path as a program of atomic steps. A new one is a file and its name in
// list.hpp.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "model/callers/caller.hpp"
#include "model/paths/processes.hpp"
#include "model/question/convention.hpp"
#include "model/question/scenario.hpp"

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

  /// The synchronous I/O of the actor's caller over `kind`. Throws NotStated where the convention
  /// is silent.
  Io io(std::string_view kind, Direction) const;
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
  kOnePage = 64,  ///< exactly one page
};

/// What an actor of the path does that others ask about.
enum Act : unsigned {
  kUsesOwnPipe = 1,     ///< sendfile: a pipe of its own besides the scenario's
  kReadsPipe = 2,       ///< it has the read end of its pipe open
  kWritesPipe = 4,      ///< it has the write end open; a tee has that of `to`
  kFileRange = 8,       ///< its pages are a range of a file
  kMapsPages = 16,      ///< its pages are user memory, whatever the kind
  kKernelThread = 32,   ///< of no process
  kAllocates = 64,      ///< takes a page from the allocator, whatever it lists
  kStores = 128,        ///< writes through a mapping
  kChanges = 256,       ///< user space finds something else in the page afterwards, or nothing
  kLooksAtDirty = 512,  ///< asks whether its pages are dirty, or writes them
  kWritesBack = 1024,   ///< sets PG_writeback
  kAsksForPins = 2048,  ///< asks whether a page is pinned, under some convention
  kReclaims = 4096,
};

/// What a program does to get there, in C, where that is the same for all actors of the path. In
/// braces, as fmt has them: `pipe` and `to`, and of its pages `vectors`, or of the one page `page`,
/// `offset` (in the file `cache_fd`) and `bytes`. checker/reproduce has the functions.
struct UserSpace {
  std::vector<std::string_view> ready{};  ///< lines before its turn
  std::string_view turn{};                ///< the call; sets `n`
};

struct Path {
  std::string_view name;
  std::string_view summary;
  unsigned needs = 0;                  ///< Needs
  unsigned acts = 0;                   ///< Act
  bool dest = false;                   ///< its caller sees an ITER_DEST iterator
  std::vector<Backing> backings{};     ///< pages it works on; empty: the kind decides
  std::vector<Backing> io_backings{};  ///< the same with a caller, where it may have one or not
  /// The kind of the iterator that it makes for its caller; null where the actor names one.
  std::string_view (*makes)(const Convention&) = nullptr;
  UserSpace user_space{};  ///< empty: checker/reproduce/route.cpp has a route of its own
  void (*build)(const PathContext&);

  bool does(Act act) const { return (acts & act) != 0; }
  const std::vector<Backing>& backings_of(const ActorSpec& actor) const {
    return actor.caller.empty() || io_backings.empty() ? backings : io_backings;
  }
};

const std::vector<Path>& paths();
const Path* find_path(std::string_view name);
/// Of an actor whose path there is.
inline bool does(const ActorSpec& actor, Act act) { return find_path(actor.path)->does(act); }

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
