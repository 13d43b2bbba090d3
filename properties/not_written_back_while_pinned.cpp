// SPDX-License-Identifier: MIT
#include "properties/property.hpp"

namespace pincheck {
namespace {

bool forbids(const Observed& o) { return o.kind == EventKind::writeback_started && o.written > 0; }

bool violated(const System& system, const World& world, const Event& event) {
  if (event.kind == EventKind::writeback_started)
    return forbids(
        {.kind = event.kind, .written = device_may_write(system, world, event.page, true) ? 1 : 0});
  return world.page[event.page].has(kWriteback) &&
         slot_pinned(world.request[event.actor], event.slot);
}

}  // namespace

/// Kara in the thread (message 10); his RFC of Feb 2023. Mainline does not guarantee it.
Property not_written_back_while_pinned() {
  return {.id = PropertyId::not_written_back_while_pinned,
          .name = "not-written-back-while-pinned",
          .code = "WBPIN",
          .holds_when =
              "no page is under writeback while a device, or a CPU, may be writing it under a pin",
          .events = {{EventKind::writeback_started, Reads{.holders = true, .in_flight = true}},
                     {EventKind::device_write, Reads{.page = kWriteback, .slots = true}},
                     {EventKind::cpu_write, Reads{.page = kWriteback, .slots = true}}},
          .violated = violated,
          .forbids = forbids};
}

}  // namespace pincheck
