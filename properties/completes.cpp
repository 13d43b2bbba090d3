// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "properties/property.hpp"

namespace pincheck {
namespace {

bool violated(const System&, const World&, const Event&) { return true; }

std::string explain(const Finding& f) {
  return fmt::format("{} waits for ever: nobody can take a step", f.actor());
}

}  // namespace

/// Every actor finishes: no deadlock, and no cycle that no fair schedule leaves (find_livelock()).
/// The programs of the model have loops, but always_ends() shows that none can repeat for ever.
Property completes() {
  return {"completes",
          "STUCK",
          "every actor finishes: nobody waits for ever",
          false,
          {{EventKind::stuck, Reads{}}},
          violated,
          explain};
}

}  // namespace pincheck
