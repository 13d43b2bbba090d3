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

Watched watched_by(const std::vector<Property>& all) {
  Watched found;
  for (const Property& property : all)
    for (const Watch& watch : property.events)
      found.add(std::string(property.name), watch.kind, watch.reads);
  return found;
}

const Watched& watched() {
  static const Watched all = watched_by(properties());
  return all;
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

std::string wrong_release(const Finding& f) {
  const bool unpin = f.event.as == Held::pin;
  const char* had = f.event.held == Held::get   ? "had only gotten"
                    : f.event.held == Held::pin ? "had pinned"
                                                : "had neither gotten nor pinned";
  const int pins = int{f.world.page[f.event.page].pins};
  const bool counts_pins = f.system.large(f.event.page);
  const std::string pincount = !counts_pins ? ""
                               : unpin      ? fmt::format(", _pincount {} -> {}", pins + 1, pins)
                                            : fmt::format(", _pincount stays {}", pins);
  return fmt::format("{}() by {} on page {}, which it {}: {}{}; {}",
                     unpin ? "unpin_user_page" : "put_page", f.actor(), f.page(), had,
                     counter(f.event), pincount, f.still_held());
}

std::string holder_name(const Scenario& scenario, const Reference& held) {
  static constexpr std::array<std::string_view, kRoles> kRoleNames{
      "extraction", "the request's own", "cur_page", "the creator's"};
  switch (held.kind) {
    case Reference::Kind::cache:
      return scenario.pages[held.page].backing == Backing::kernel ? "the slab" : "the page cache";
    case Reference::Kind::kernel: return "the kernel itself";
    case Reference::Kind::pte: return "a PTE";
    case Reference::Kind::buffers: return "its buffers";
    case Reference::Kind::ring: return "a pipe buffer";
    case Reference::Kind::tmp_page: return "a pipe's tmp_page";
    case Reference::Kind::request:
    case Reference::Kind::nobody: break;
  }
  const ActorSpec& actor = scenario.actors[held.owner];
  std::string what = fmt::format("{}'s {}", actor.name, held.held == Held::pin ? "pin" : "get");
  if (actor.caller.empty()) return what;
  return fmt::format("{} ({})", what, kRoleNames[static_cast<int>(held.role)]);
}

std::string in_words(const std::vector<std::string>& items) {
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const char* before = i == 0 ? "" : i + 1 == items.size() ? " and " : ", ";
    out += before + items[i];
  }
  return out;
}

std::string Finding::holders() const {
  std::vector<std::string> names;
  for (const Reference& held : references_to(world, event.page))
    names.push_back(holder_name(scenario, held));
  return names.empty() ? "nobody" : in_words(names);
}

std::string Finding::still_held() const {
  const std::size_t count = references_to(world, event.page).size();
  if (count == 0) return "nobody else holds it";
  return holders() + (count == 1 ? " still holds it" : " still hold it");
}

}  // namespace pincheck
