// SPDX-License-Identifier: MIT
#include "properties/property.hpp"

namespace pincheck {
namespace {

bool violated(const System&, const World&, const Event&) { return true; }

}  // namespace

/// Every actor finishes: no deadlock, and no cycle that no fair schedule leaves (find_livelock()).
/// The programs of the model have loops, but always_ends() shows that none can repeat for ever.
Property completes() {
  return {.id = PropertyId::completes,
          .name = "completes",
          .code = "STUCK",
          .holds_when = "every actor finishes: nobody waits for ever",
          .events = {{EventKind::stuck, Reads{}}},
          .violated = violated};
}

}  // namespace pincheck
