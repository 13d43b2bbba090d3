// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "properties/property.hpp"

namespace pincheck {
namespace {

bool violated(const System& system, const World& world, const Event& event) {
  return device_may_write(system, world, event.page, false);
}

std::string explain(const Finding& f) {
  return fmt::format(
      "writeback of page {} starts while a device may be writing it, and no pin "
      "tells anybody so",
      f.page());
}

}  // namespace

/// The same as not-written-back-while-pinned for a device write that holds only a get, or nothing.
Property stable_under_dma() {
  return {"stable-under-dma",
          "WBDMA",
          "writeback does not start on a page that a device may be writing under a get or nothing",
          false,
          {{EventKind::writeback_started, Reads{.holders = true, .in_flight = true}}},
          violated,
          explain};
}

}  // namespace pincheck
