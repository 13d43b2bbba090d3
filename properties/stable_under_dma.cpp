// SPDX-License-Identifier: MIT
#include "properties/property.hpp"

namespace pincheck {
namespace {

bool violated(const System& system, const World& world, const Event& event) {
  if (event.kind == EventKind::writeback_started)
    return device_may_write(system, world, event.page, false);
  return world.page[event.page].has(kWriteback) &&
         !slot_pinned(world.request[event.actor], event.slot);
}

}  // namespace

/// The same as not-written-back-while-pinned for a device write that holds only a get, or nothing.
Property stable_under_dma() {
  return {.id = PropertyId::stable_under_dma,
          .name = "stable-under-dma",
          .code = "WBDMA",
          .holds_when =
              "no page is under writeback while a device may be writing it under a get or nothing",
          .events = {{EventKind::writeback_started, Reads{.holders = true, .in_flight = true}},
                     {EventKind::device_write, Reads{.page = kWriteback, .slots = true}}},
          .violated = violated};
}

}  // namespace pincheck
