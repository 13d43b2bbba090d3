// SPDX-License-Identifier: MIT
#include "properties/property.hpp"

namespace pincheck {
namespace {

/// The freezer's own reference is its array role; the cache's are structural.
bool violated(const System& system, const World& world, const Event& event) {
  const Page& page = world.page[event.page];
  const int cache = page.has(kCached) ? system.nr_pages(event.page) : 0;
  const int mine = world.request[event.actor].holds(event.slot, Role::array) == Held::none ? 0 : 1;
  return holders(system, world, event.page) > cache + mine;
}

}  // namespace

/// folio_ref_freeze(expected): a success means that nobody else has a reference.
Property freeze_sound() {
  return {.id = PropertyId::freeze_sound,
          .name = "freeze-sound",
          .code = "FREEZE",
          .holds_when = "a successful freeze finds no holder but the freezer and the cache",
          .ends_run = true,
          .events = {{EventKind::frozen, Reads{.counters = true, .holders = true, .slots = true}}},
          .violated = violated};
}

}  // namespace pincheck
