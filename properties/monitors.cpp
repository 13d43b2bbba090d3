// SPDX-License-Identifier: MIT
// Every property watching, and what several of them ask of a world.
#include <array>

#include "properties/property.hpp"

namespace pincheck {
namespace {

struct Monitor {
  bool (*violated)(const System&, const World&, const Event&);
  PropertySet bit;
};

using Monitors = std::array<std::vector<Monitor>, kEventKinds>;

Monitors by_event() {
  Monitors monitors;
  const auto& all = properties();
  for (std::size_t i = 0; i < all.size(); ++i)
    for (const Watch& watch : all[i].events)
      monitors[static_cast<int>(watch.kind)].push_back({all[i].violated, PropertySet{1} << i});
  return monitors;
}

}  // namespace

PropertySet violations(const System& system, const World& world, const Event& event) {
  static const Monitors monitors = by_event();
  PropertySet found = 0;
  for (const Monitor& monitor : monitors[static_cast<int>(event.kind)])
    if (monitor.violated(system, world, event)) found |= monitor.bit;
  return found;
}

PropertySet violations(const Observed& facts) {
  PropertySet found = 0;
  for (const Property& property : properties())
    if (property.forbids != nullptr && property.forbids(facts)) found |= set_of(property.id);
  return found;
}

Observer collecting(PropertySet& found) {
  const auto add = [](void* all, const System& system, const World& world, const Event& event) {
    *static_cast<PropertySet*>(all) |= violations(system, world, event);
  };
  return {add, &found};
}

bool device_may_write(const System& system, const World& world, int page, bool pinned) {
  for (int actor = 0; actor < system.actors; ++actor) {
    const Request& request = world.request[actor];
    if (!in_flight(request) || !request.has(kDest) || request.has(kIoError)) continue;
    for (int slot = 0; slot < request.count; ++slot)
      if (request.slot[slot] == page && request.in_io(slot) && slot_pinned(request, slot) == pinned)
        return true;
  }
  return false;
}

int holders(const System& system, const World& world, int page, int except) {
  return structural_references(system, world, page) +
         ledger_entries(system, world, page, Held::get, except) +
         ledger_entries(system, world, page, Held::pin, except);
}

}  // namespace pincheck
