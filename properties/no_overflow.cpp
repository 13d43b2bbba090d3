// SPDX-License-Identifier: MIT
#include "properties/property.hpp"

namespace pincheck {
namespace {

bool violated(const System&, const World&, const Event& event) {
  return event.after < event.before || event.before < 0;
}

}  // namespace

/// The 31-bit limit of `_refcount`: 2^21 pins of one small page (CVE-2019-11487, zero page pins).
Property no_overflow() {
  return {.id = PropertyId::no_overflow,
          .name = "no-overflow",
          .code = "OVERFL",
          .holds_when =
              "no acquisition wraps a count past its width, or is made on one that has wrapped",
          .events = {{EventKind::acquired, Reads{}}},
          .violated = violated};
}

}  // namespace pincheck
