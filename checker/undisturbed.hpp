// SPDX-License-Identifier: MIT
// One run in which nothing comes between: threads one after another, never a fault.
#pragma once

#include "properties/run.hpp"

namespace pincheck {

/// Takes the run to its end; `visit(run, choice)` sees each choice before it is taken.
template <class Visit>
void run_undisturbed(const System& system, Run& run, const Visit& visit) {
  while (!run.ended()) {
    Choice next = run.choices().item[0];
    for (const Choice& choice : run.choices()) {
      if (system.outcome_of(run.world(), choice).fault) continue;
      next = choice;
      break;
    }
    visit(run, next);
    run.take(next);
  }
}

}  // namespace pincheck
