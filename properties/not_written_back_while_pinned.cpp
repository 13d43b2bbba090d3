// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "properties/property.hpp"

namespace pincheck {
namespace {

bool violated(const System& system, const World& world, const Event& event) {
  return device_may_write(system, world, event.page, true);
}

std::string explain(const Finding& f) {
  return fmt::format(
      "writeback of page {} starts while a device may be writing it under a pin: "
      "what reaches the disk may be torn",
      f.page());
}

}  // namespace

/// Kara in the thread (message 10); his RFC of Feb 2023. Mainline does not guarantee it.
Property not_written_back_while_pinned() {
  return {"not-written-back-while-pinned",
          "WBPIN",
          "writeback does not start on a page that a device may be writing under a pin",
          false,
          {{EventKind::writeback_started, Reads{.holders = true, .in_flight = true}}},
          violated,
          explain};
}

}  // namespace pincheck
