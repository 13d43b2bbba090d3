// SPDX-License-Identifier: MIT
// properties: uses model/machine; used by checker/search, checker/export.
// An event told by facts that need no world: what was held, what was done, what the count says.
//
// The model's monitors fill them in from the ghost ledger, which is complete. `pincheck trace` does
// from what a booted kernel printed: its ledger is rebuilt from lines, knows nothing of what came
// before the first one, and one page may stand in it twice: by requests (probes) and by counts
// (page_ref). Properties about locks, schedules, freezes, refusals or dirtiness need more of the
// world than any trace has: they do not decide by this alone.
#pragma once

#include <cstdint>

#include "model/language/event.hpp"
#include "model/language/page.hpp"

namespace pincheck {

struct Observed {
  EventKind kind{};
  Held held = Held::none;        ///< released, left_over
  Held as = Held::none;          ///< released
  std::int64_t before = 0;       ///< released, quiescent: the count
  std::int64_t after = 0;        ///< released: the count; quiescent: what it should be
  int bias = Arithmetic{}.bias;  ///< quiescent: what a pin of a small page counts
  int pins = 0;                  ///< freed: pins that are not released
  int holders = 0;               ///< freed: and all references
  int written = 0;               ///< writeback_started: pins under which a device may write
  bool free = false;             ///< the page is free already
};

/// The questions that properties ask, as far as facts alone answer them.
class Seen {
 public:
  explicit Seen(const Observed& facts) : facts_(facts) {}

  static bool no() { return false; }
  EventKind kind() const { return facts_.kind; }
  bool as(Held done) const { return facts_.as == done; }
  bool held(Held what) const { return facts_.held == what; }
  std::int64_t before() const { return facts_.before; }
  std::int64_t after() const { return facts_.after; }
  int bias() const { return facts_.bias; }
  bool any_pin() const { return facts_.pins > 0; }
  bool any_holder() const { return facts_.holders > 0; }
  /// Asked for pins only.
  bool device_may_write(bool) const { return facts_.written > 0; }
  bool gone() const { return facts_.free; }

 private:
  const Observed& facts_;
};

}  // namespace pincheck
