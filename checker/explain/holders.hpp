// SPDX-License-Identifier: MIT
// Who holds a page, and since which step of a story.
#pragma once

#include <string>
#include <vector>

#include "model/ledger.hpp"
#include "model/scenario.hpp"

namespace pincheck {

struct Holder {
  Reference what;
  std::string who;  ///< "the page cache", "dio's pin (extraction)"
  int since = 0;    ///< number of the step that took the reference; 0: it was there at the start
};

/// All holders in `world`, as if there from the start.
std::vector<Holder> holders_in(const Scenario&, const System&, const World& world);

/// The holders in `now`, which step `number` made of `before`: those that were there keep their
/// step, and so does a reference that was handed over.
std::vector<Holder> holders_after(const Scenario&, const System&, const std::vector<Holder>& held,
                                  const World& before, const World& now, const Outcome& taken,
                                  int number);

}  // namespace pincheck
