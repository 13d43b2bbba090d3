// SPDX-License-Identifier: MIT
// checker/search: uses properties, model/compile; used by checker/explore.
// One run in which nothing comes between: threads one after another, never a fault, and nobody
// exits before all have returned.
#pragma once

#include <algorithm>

#include "properties/run.hpp"

namespace pincheck::search {

/// Takes the run to its end; `visit(run, choice)` sees each choice before it is taken.
template <class Visit>
void run_undisturbed(const System& system, Run& run, const Visit& visit) {
  const auto cost = [&](const Choice& choice) {
    return 2 * int{system.outcome_of(run.world(), choice).fault} +
           int{system.leaving(run.world(), choice.thread)};
  };
  while (!run.ended()) {
    const Choices& all = run.choices();
    const auto better = [&](const Choice& a, const Choice& b) { return cost(a) < cost(b); };
    const Choice next = *std::min_element(all.begin(), all.end(), better);
    visit(run, next);
    run.take(next);
  }
}

}  // namespace pincheck::search
