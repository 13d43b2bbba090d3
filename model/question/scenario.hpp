// SPDX-License-Identifier: MIT
// model/question: uses model/language; used by model/iterators, model/machine.
// A scenario: pages, pipes and actors; everything of a question but the convention.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/language/builder.hpp"
#include "model/language/world.hpp"

namespace pincheck {

/// "anon", as in files.
std::string_view backing_name(Backing);

struct PageSpec {
  std::string name;
  Backing backing = Backing::file;
  int order = 0;       ///< folio order, 0 to 3; only file pages may be large
  bool mapped = true;  ///< anon, zero and file pages: a process maps it
  bool dirty = false;
  bool buffers = false;  ///< file pages: the file system needs buffers (ext4)
  bool stable = false;   ///< file pages: mapping_stable_writes
  bool operator==(const PageSpec&) const = default;
};

struct PipeSpec {
  std::string name;
  std::vector<int> holds;  ///< pages in the ring at the start
  bool operator==(const PipeSpec&) const = default;
};

/// What the creator of a kernel iterator holds while the I/O runs.
enum class Holds : std::uint8_t {
  by_kind,  ///< what that kind's usual creator holds
  none,
  get,        ///< a reference of its own
  pin,        ///< a registered buffer (io_uring fixed buffers)
  lock,       ///< the folio lock (read into the page cache)
  writeback,  ///< PG_writeback (write from the page cache)
};

/// When the creator lets go.
enum class Until : std::uint8_t {
  completion,  ///< ki_complete, or the return of a synchronous call (the contract since 2019)
  submit,      ///< right after an asynchronous submission: Viro's second requirement broken
};

struct ActorSpec {
  std::string name;
  std::string path;
  std::string caller;  ///< empty for paths without one
  std::string kind;    ///< empty where the path decides it
  std::vector<int> pages;
  int pipe = -1;
  int pipe2 = -1;  ///< tee: the copy goes here
  bool async = false;
  Holds holds = Holds::by_kind;
  Until until = Until::completion;
  std::string process{};  ///< actors of one name are tasks of one process; see processes.hpp
  bool operator==(const ActorSpec&) const = default;
};

inline constexpr int kUsualBias = 1024;
inline constexpr int kUsualWidth = 32;

struct Scenario {
  std::string name;
  std::string title;
  std::string claim;              ///< what it is to show, for people
  std::vector<std::string> asks;  ///< properties the verdict is about; empty means all
  std::vector<PageSpec> pages;
  std::vector<PipeSpec> pipes;
  std::vector<ActorSpec> actors;
  std::optional<bool> reclaim_tests_pins;  ///< overrides the convention's switch
  CheckSet without;                        ///< checks taken out of the model
  int bias =
      kUsualBias;  ///< 16 to 2^20, above what plain references can add up to, and below 2^width
  int width = kUsualWidth;  ///< bits of the counter, 8 to 32
  bool operator==(const Scenario&) const = default;
};

}  // namespace pincheck
