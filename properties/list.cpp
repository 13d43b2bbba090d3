// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <array>

#include "properties/property.hpp"

namespace pincheck {

const std::vector<Property>& properties() {
  static const std::vector<Property> all{
      pin_unpin_balanced(),
      get_put_balanced(),
      not_freed_while_pinned(),
      not_freed_while_in_use(),
      no_refcount_on_kernel_pages(),
      no_overflow(),
      freeze_sound(),
      no_dirty_after_clean(),
      dirty_not_lost(),
      pin_covers_io(),
      no_late_pin(),
      not_written_back_while_pinned(),
      stable_under_dma(),
      not_refused(),
      completes(),
  };
  return all;
}

int property_index(std::string_view name) {
  const auto& all = properties();
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].name == name) return static_cast<int>(i);
  return -1;
}

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
    for (const EventKind kind : all[i].events)
      monitors[static_cast<int>(kind)].push_back({all[i].violated, PropertySet{1} << i});
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

Observer collecting(PropertySet& found) {
  const auto add = [](void* all, const System& system, const World& world, const Event& event) {
    *static_cast<PropertySet*>(all) |= violations(system, world, event);
  };
  return {add, &found};
}

PropertySet run_enders() {
  PropertySet found = 0;
  const auto& all = properties();
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].ends_run) found |= PropertySet{1} << i;
  return found;
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

std::string counter(const Event& event) {
  return fmt::format("{} -> {}", event.before, event.after);
}

std::string Finding::holders() const {
  static constexpr std::array<std::string_view, kRoles> kRoleNames{
      "extraction", "the request's own", "cur_page", "the creator"};
  const Page& p = world.page[event.page];
  std::string out;
  const auto add = [&](const std::string& who) { out += (out.empty() ? "" : ", ") + who; };
  if (p.has(kCached)) add(p.backing == Backing::kernel ? "the slab" : "the page cache");
  if (p.has(kMapped)) add("a PTE");
  if (p.has(kPrivate)) add("its buffers");
  for (int i = 0; i < system.pipes; ++i)
    for (int k = 0; k < world.pipe[i].count; ++k)
      if (world.pipe[i].ring[k].page() == event.page) add("a pipe buffer");
  for (int a = 0; a < system.actors; ++a) {
    const Request& request = world.request[a];
    for (int slot = 0; slot < kMaxSlots; ++slot) {
      if (request.slot[slot] != event.page) continue;
      for (int role = 0; role < kRoles; ++role) {
        const Held held = request.holds(slot, static_cast<Role>(role));
        if (held == Held::none) continue;
        add(fmt::format("{} of {} ({})", held == Held::pin ? "a pin" : "a get",
                        scenario.actors[a].name, kRoleNames[role]));
      }
    }
  }
  return out.empty() ? "nobody" : out;
}

}  // namespace pincheck
