// SPDX-License-Identifier: MIT
#include "properties/property.hpp"

namespace pincheck {
namespace {

bool violated(const System& system, const World&, const Event& event) {
  return system.baseline_accepts[event.actor];
}

}  // namespace

/// Viro in the thread (message 2): "this will break on those".
Property not_refused() {
  return {.id = PropertyId::not_refused,
          .name = "not-refused",
          .code = "REFUSED",
          .holds_when = "a request that the baseline convention accepts is not refused",
          .events = {{EventKind::refused, Reads{}}},
          .violated = violated};
}

}  // namespace pincheck
