// SPDX-License-Identifier: MIT
#include "properties/property.hpp"

namespace pincheck {
namespace {

/// The last pin of the slot goes while the device works, or it works after the last pin went.
bool violated(const System&, const World& world, const Event& event) {
  const Request& request = world.request[event.actor];
  if (!request.in_io(event.slot)) return false;
  if (!request.pinned_for_io(event.slot) || slot_pinned(request, event.slot)) return false;
  if (event.kind != EventKind::released) return true;
  return event.held == Held::pin && !event.structural && in_flight(request);
}

}  // namespace

/// Kara, 22 Sep 2022, on NFS in Hubbard's v1 and v2: the pin is dropped right after scheduling.
Property pin_covers_io() {
  return {.id = PropertyId::pin_covers_io,
          .name = "pin-covers-io",
          .code = "COVER",
          .holds_when = "what was pinned for an I/O stays pinned until the device is done",
          .events = {{EventKind::released, Reads{.request = kSubmitted | kDeviceDone | kCancelled,
                                                 .slots = true,
                                                 .requests_only = true}},
                     {EventKind::device_read, Reads{.slots = true}},
                     {EventKind::device_write, Reads{.slots = true}}},
          .violated = violated};
}

}  // namespace pincheck
