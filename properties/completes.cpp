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

/// Every actor finishes: no deadlock. The programs' own loops end or wait for somebody else.
Property completes() {
  return {"completes",
          "STUCK",
          "every actor finishes: nobody waits for ever",
          false,
          {EventKind::stuck},
          violated,
          explain};
}

}  // namespace pincheck
