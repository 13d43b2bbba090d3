// SPDX-License-Identifier: MIT
// checker/trace: uses checker/explain; used by checker/predict.
// What is found in a trace.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "checker/trace/reader.hpp"
#include "model/language/event.hpp"

namespace pincheck::trace {

/// Who extracts pages. The names are those of model/callers where the model has them.
enum class Caller : std::uint8_t { gup, bio, legacy, nfs_read, nfs_write, fuse, tcp, splice };
std::string_view caller_name(Caller);
inline bool is_nfs(Caller caller) {
  return caller == Caller::nfs_read || caller == Caller::nfs_write;
}

/// Lines of the trace, by index of their records.
using Evidence = std::vector<std::uint32_t>;

/// Something a property forbids, in the lines that show it.
struct Violation {
  int property = 0;  ///< index into properties()
  std::uint64_t page = kNoPfn;
  std::string what;
  Evidence evidence;
  bool unless_missed =
      false;  ///< it rests on a line not being there, which a probe may have missed
  bool unless_allocated = false;  ///< freed twice, unless an allocation in between left no line
  bool sure() const { return !unless_missed && !unless_allocated; }
};

/// Lines that cannot all be true of a kernel: one is missing, doubled or wrong.
struct Contradiction {
  std::string what;
  Evidence evidence;
};

/// A reference that nothing in the trace releases, though no line says that it should have been.
struct Open {
  std::uint64_t page = kNoPfn;
  Held held = Held::none;
  std::int64_t references = 1;
  Caller caller = Caller::gup;
  std::string_view kind;
  std::uint32_t record = 0;
};

/// One row of the summary: the pages that a caller took and dropped through a kind of iterator.
struct PathRow {
  Caller caller;
  std::string_view kind;
  std::int64_t gotten = 0;
  std::int64_t pinned = 0;
  std::int64_t put = 0;
  std::int64_t unpinned = 0;
  std::int64_t unseen = 0;  ///< of those dropped: taken before the start, or where no probe fires
};

/// A count that did not end as it began.
struct Moved {
  std::uint64_t page = kNoPfn;
  std::int64_t begin = 0;
  std::int64_t end = 0;
  bool freed = false;          ///< it ended because the page was freed
  Evidence steps;              ///< those that no other one undoes
  std::uint64_t unlisted = 0;  ///< and more such steps
};

/// What page_ref's steps add up to, over all pages.
struct Steps {
  std::uint64_t pages = 0;
  std::uint64_t steps = 0;
  std::uint64_t higher = 0;  ///< pages whose count ended higher than it began
  std::uint64_t lower = 0;
};

struct Findings {
  std::vector<Violation> violations;
  std::vector<Contradiction> contradictions;
  std::vector<Contradiction> unexplained;  ///< counts that fit only if somebody else moved them
  std::vector<Open> open;
  std::vector<PathRow> paths;
  Steps steps;
  std::vector<Moved> moved;    ///< the first of steps.higher + steps.lower
  std::uint64_t judged = 0;    ///< events that could have violated something
  std::uint64_t doubtful = 0;  ///< pages freed twice, in a trace that does not show allocations
  std::int64_t lost_references = 0;  ///< held when events were lost; what became of them is unknown
  std::int64_t missed_references = 0;  ///< gone without a line, which probes may have missed
};

}  // namespace pincheck::trace
