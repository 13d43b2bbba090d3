// SPDX-License-Identifier: MIT
// The properties that a trace can be held against, and their decisions.
//
// Shared with the model: the properties' names and definitions (properties/list.cpp), the kinds of
// events (model/event.hpp) and the decisions themselves (properties/rules.hpp), which see the kind
// that was held, the one that was released, and counts. Not shared: where those come from. The
// model reads them off its ghost ledger, which is complete. Here the ledger is rebuilt from
// lines, knows nothing of what came before the first one, and one page may stand in it twice: by
// requests (probes) and by counts (page_ref). Properties about locks, schedules, freezes, refusals
// or dirtiness need more of the world than any trace has, and are not judged.
#pragma once

#include <string_view>
#include <vector>

#include "checker/trace/findings.hpp"

namespace pincheck::trace {

/// An event of the model, as a trace shows it.
struct Observed {
  EventKind kind;
  Held held = Held::none;   ///< released, left_over
  Held as = Held::none;     ///< released
  std::int64_t before = 0;  ///< released, quiescent: the count
  std::int64_t after = 0;   ///< quiescent: what the steps add up to
  int pins = 0;             ///< freed: pins that are not released
  int holders = 0;          ///< freed: and all references
  int written = 0;          ///< writeback_started: pins under which a device may write
  bool free = false;        ///< the page is free already
};

/// The properties that the event violates, by index into properties().
std::vector<int> violated_by(const Observed&);

}  // namespace pincheck::trace
