// SPDX-License-Identifier: MIT
// checker/trace: uses checker/explain; used by checker/predict.
// Who holds what, rebuilt from a trace: per page, per task, per bio.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "checker/trace/counting.hpp"
#include "checker/trace/findings.hpp"

namespace pincheck::trace {

/// References that one line shows being taken by a request.
struct Entry {
  Held held = Held::get;
  Caller caller = Caller::gup;
  bool writes = false;  ///< FOLL_WRITE: a device may write the page
  std::string_view kind;
  std::int64_t references = 1;
  std::uint64_t bio = 0;  ///< whose completion releases it; 0 unknown
  bool counted = false;   ///< a line showed that it moved the count
  std::uint32_t record = 0;
};

struct PageState {
  std::uint64_t epoch = 0;  ///< of another epoch: events were lost since
  Counting count;
  std::vector<Entry> entries;
  bool large = false;
  bool small = false;         ///< it was allocated as one page
  bool zero_page = false;     ///< a pin did not move its count: pins of it are no-ops
  bool pins_known = false;    ///< its count said that it had no pin before the first one here
  bool was_unpinned = false;  ///< and all of those were released
  bool free = false;          ///< it may be: then Ledger::free tells
  std::uint32_t last_release = 0;
  std::uint32_t last_step = 0;  ///< 1 + its record; 0: none since the count began
};

/// A page, as often as one grab took it: once per page of a large folio.
struct Taken {
  std::uint64_t pfn = kNoPfn;
  std::int64_t references = 1;
};

/// What a task (or an interrupt that runs on it) is in the middle of.
struct TaskState {
  Caller caller = Caller::gup;
  std::string_view kind;         ///< of the caller's iterator
  std::uint64_t bio = 0;         ///< inside bio_iov_iter_get_pages for it
  bool in_iov_get = false;       ///< inside iov_iter_get_pages2 or _alloc2
  std::uint32_t grab = 0;        ///< 1 + the record of a grab that has not returned
  std::uint32_t unpin = 0;       ///< 1 + the record of an unpin whose gup_put_folio has not come
  std::uint32_t nfs_since = 0;   ///< record of the caller's entry
  bool nfs_grabbed = false;      ///< it was seen taking pages since
  bool seen = false;             ///< it did something outside of a grab before
  std::uint32_t last = 0;        ///< its last record
  std::int64_t grabbed = 0;      ///< pages, since GUP was entered
  std::vector<Taken> nfs_pages;  ///< taken, in order, and not released
};

/// A bio of which the trace shows what it took.
struct BioState {
  std::vector<std::uint64_t> pages;
  bool counted = false;      ///< GUP returned to it as many as were seen being taken
  bool took_more = false;    ///< it returned more
  bool robbed = false;       ///< what was released elsewhere was taken for what this one took
  int releases = 0;          ///< of __bio_release_pages
  std::uint32_t record = 0;  ///< of the last one
};

/// A __bio_release_pages that a CPU is inside of.
struct Releasing {
  std::uint64_t bio = 0;
  std::uint32_t record = 0;
  Context context;
};

/// A page in the allocator, as far as the lines show.
struct Free {
  std::uint64_t epoch = 0;
  std::uint32_t record = 0;  ///< that freed it
  std::int64_t count = 0;    ///< what wrong steps since have made of its count
  bool told = false;         ///< somebody used it since
};

struct Ledger {
  std::unordered_map<std::uint64_t, PageState> pages;
  std::unordered_map<std::uint64_t, TaskState> tasks;
  std::unordered_map<std::uint64_t, BioState> bios;
  std::vector<std::vector<Releasing>> releasing;          ///< by CPU, what is inside of what
  std::unordered_set<std::uint64_t> freed_unless_missed;  ///< pages, under a pin
  std::unordered_map<std::uint64_t, Free> free;
  bool allocated_unseen = false;      ///< a free page was in use again without a line
  std::uint32_t taken_by_others = 0;  ///< the last record of a page being taken for no bio
};

}  // namespace pincheck::trace
