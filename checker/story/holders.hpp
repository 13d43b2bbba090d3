// SPDX-License-Identifier: MIT
// checker/story: uses checker/explore; used by checker/explain.
// Who holds a page, and since which step of a story.
#pragma once

#include <string>
#include <vector>

#include "model/machine/ledger.hpp"
#include "model/question/scenario.hpp"

namespace pincheck::story {

struct Holder {
  Reference what;
  std::string who;  ///< "the page cache", "dio's pin (extraction)"
  int since = 0;    ///< number of the step that took the reference; 0: it was there at the start
  Event how{};      ///< what that step did; nothing where it was there at the start
};

/// All holders in `world`, as if there from the start, in the order of references_to(), page by
/// page.
std::vector<Holder> holders_in(const Scenario&, const System&, const World& world);

/// The holders after the events of step `number`, in the same order: those that stay keep their
/// step, and so does a reference that was handed over.
std::vector<Holder> holders_after(const Scenario&, std::vector<Holder> held,
                                  const std::vector<Event>& events, int number);

}  // namespace pincheck::story
