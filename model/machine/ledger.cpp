// SPDX-License-Identifier: MIT
#include "model/machine/ledger.hpp"

#include <algorithm>

namespace pincheck {
namespace {

/// The zero page, as long as nobody has freed it.
bool kept_by_kernel(const Page& page) { return page.backing == Backing::zero && !page.has(kFree); }

/// The address space's PTE of the page holds a reference to it.
bool counted(const World& world, int mm, int page) {
  return world.pte[mm][page].has(kMapped) && world.page[page].backing != Backing::zero;
}

}  // namespace

int ledger_entries(const System& system, const World& world, int page, Held what, int except) {
  int found = 0;
  for (int actor = 0; actor < system.actors; ++actor) {
    if (actor == except) continue;
    const Request& request = world.request[actor];
    for (int slot = 0; slot < kMaxSlots; ++slot) {
      if (request.slot[slot] != page) continue;
      for (int role = 0; role < kRoles; ++role)
        found += request.holds(slot, static_cast<Role>(role)) == what ? 1 : 0;
    }
  }
  return found;
}

int structural_references(const System& system, const World& world, int page) {
  const Page& p = world.page[page];
  int found = 0;
  if (p.has(kCached)) found += p.backing == Backing::kernel ? 1 : system.nr_pages(page);
  if (kept_by_kernel(p)) ++found;
  for (int mm = 0; mm < system.mms; ++mm)
    if (counted(world, mm, page)) ++found;
  if (p.has(kPrivate)) ++found;
  for (int i = 0; i < system.pipes; ++i) {
    const Pipe& pipe = world.pipe[i];
    for (int k = 0; k < pipe.count; ++k) found += pipe.ring[k].page() == page ? 1 : 0;
    if (pipe.tmp_page == page) ++found;
  }
  return found;
}

std::vector<Reference> references_to(const World& world, int page) {
  using Kind = Reference::Kind;
  const auto index = static_cast<std::uint8_t>(page);
  const Page& p = world.page[page];
  std::vector<Reference> found;
  if (p.has(kCached)) found.push_back({Kind::cache, index});
  if (kept_by_kernel(p)) found.push_back({Kind::kernel, index});
  for (std::uint8_t mm = 0; mm < kMaxMms; ++mm)
    if (counted(world, mm, page)) found.push_back({Kind::pte, index, mm});
  if (p.has(kPrivate)) found.push_back({Kind::buffers, index});
  for (std::uint8_t i = 0; i < kMaxPipes; ++i) {
    const Pipe& pipe = world.pipe[i];
    for (std::uint8_t k = 0; k < pipe.count; ++k)
      if (pipe.ring[k].page() == page) found.push_back({Kind::ring, index, i, k});
    if (pipe.tmp_page == page) found.push_back({Kind::tmp_page, index, i});
  }
  for (std::uint8_t actor = 0; actor < kMaxActors; ++actor) {
    const Request& request = world.request[actor];
    for (std::uint8_t slot = 0; slot < kMaxSlots; ++slot) {
      if (request.slot[slot] != page) continue;
      for (int r = 0; r < kRoles; ++r) {
        const auto role = static_cast<Role>(r);
        const Held held = request.holds(slot, role);
        if (held != Held::none) found.push_back({Kind::request, index, actor, slot, role, held});
      }
    }
  }
  return found;
}

int release_weight(const System& system, const World& world, int page, Held as) {
  const Page& p = world.page[page];
  if (as != Held::pin) return 1;
  if (p.backing == Backing::zero && system.arithmetic.zero_pins_are_noops) return 0;
  return pin_weight(system.large(page), system.arithmetic);
}

Expected expected_counts(const System& system, const World& world, int page) {
  const int gets = ledger_entries(system, world, page, Held::get);
  const int pins = ledger_entries(system, world, page, Held::pin);
  const int weight = release_weight(system, world, page, Held::pin);
  return {structural_references(system, world, page) + gets + pins * weight,
          system.large(page) ? pins : 0};
}

bool slot_pinned(const Request& request, int slot) {
  for (int role = 0; role < kRoles; ++role)
    if (request.holds(slot, static_cast<Role>(role)) == Held::pin) return true;
  return false;
}

}  // namespace pincheck
