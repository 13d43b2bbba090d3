// SPDX-License-Identifier: MIT
// When nobody has anything left to do, and what is left over then.
#include "model/machine/ledger.hpp"
#include "model/machine/machine.hpp"

namespace pincheck {

bool idle(const System& system, const World& world, int thread) {
  return thread % 2 == 1 && world.thread[thread].pc == 0 && !system.finished(world, thread) &&
         !world.request[thread / 2].has(kSubmitted);
}

bool quiescent(const System& system, const World& world) {
  for (int thread = 0; thread < system.thread_count(); ++thread)
    if (!system.finished(world, thread) && !idle(system, world, thread)) return false;
  return true;
}

void report_quiescence(const System& system, const World& world, const Observer& observer) {
  for (int actor = 0; actor < system.actors; ++actor) {
    const Request& request = world.request[actor];
    for (int slot = 0; slot < kMaxSlots; ++slot) {
      for (int role = 0; role < kRoles; ++role) {
        const Held held = request.holds(slot, static_cast<Role>(role));
        if (held == Held::none) continue;
        Event e{
            EventKind::left_over, static_cast<std::uint8_t>(actor), static_cast<std::uint8_t>(slot),
            request.slot[slot],   static_cast<Role>(role),          held};
        observer(system, world, e);
      }
    }
  }
  for (int page = 0; page < system.pages; ++page) {
    Event e{EventKind::quiescent};
    e.page = static_cast<std::uint8_t>(page);
    e.before = world.page[page].ref;
    e.after = world.page[page].has(kFree) ? 0 : expected_counts(system, world, page).ref;
    observer(system, world, e);
  }
}

}  // namespace pincheck
