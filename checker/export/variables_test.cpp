// SPDX-License-Identifier: MIT
// What the exported model has no variable for does not change, whatever a run does.
#include "checker/export/facts.hpp"

#include <catch2/catch.hpp>

#include "checker/export/view.hpp"
#include "checker/testing/made_up.hpp"

namespace pincheck::exporting {
namespace {

void check_page(const Facts& facts, const Page& page, const Page& start) {
  RC_ASSERT((page.flags & ~facts.page_flags) == 0);
  RC_ASSERT(facts.backings.contains(page.backing));
  if (!facts.backing_varies) RC_ASSERT(page.backing == start.backing);
  if (!facts.pins) RC_ASSERT(page.pins == start.pins);
}

// Made-up systems may begin with stale slots and with a tmp_page, scenarios do not.

void check_request(const RequestFacts& facts, const Request& now, const Request& start) {
  RC_ASSERT((now.flags & ~facts.flags) == (start.flags & ~facts.flags));
  if (!facts.pages_vary) RC_ASSERT(now.slot == start.slot);
  if (!facts.count_varies) RC_ASSERT(now.count == start.count);
  if (!facts.left_out) RC_ASSERT(now.left_out == start.left_out);
  for (int slot = 0; slot < kMaxSlots; ++slot) {
    if (slot >= facts.slots) RC_ASSERT(now.slot[slot] == kNoPage);
    if (!facts.stale && !start.stale(slot)) RC_ASSERT_FALSE(now.stale(slot));
    if (!facts.pinned) RC_ASSERT(now.pinned_for_io(slot) == start.pinned_for_io(slot));
    for (int role = 0; role < kRoles; ++role)
      if (const Held held = now.holds(slot, static_cast<Role>(role));
          !facts.holds[role] && held != Held::none)
        RC_ASSERT(held == start.holds(slot, static_cast<Role>(role)));
  }
}

void check_pipe(const PipeFacts& facts, const Pipe& now, const Pipe& start) {
  RC_ASSERT(now.count <= facts.capacity);
  for (int i = 0; i < now.count; ++i)
    RC_ASSERT(facts.ops.contains(static_cast<int>(now.ring[i].ops())));
  if (!facts.locks) RC_ASSERT(now.locked == start.locked);
  if (!facts.keeps && start.tmp_page == kNoPage) RC_ASSERT(now.tmp_page == kNoPage);
  if (!facts.closes) RC_ASSERT(now.open == start.open);
}

void check_world(const Facts& facts, const System& system, const World& now) {
  const World& start = system.initial;
  for (int page = 0; page < system.pages; ++page)
    check_page(facts, now.page[page], start.page[page]);
  for (int mm = 0; mm < system.mms; ++mm)
    for (int page = 0; page < system.pages; ++page)
      RC_ASSERT((now.pte[mm][page].flags & ~facts.pte_flags[mm]) == 0);
  for (int actor = 0; actor < system.actors; ++actor)
    check_request(facts.request[actor], now.request[actor], start.request[actor]);
  for (int pipe = 0; pipe < system.pipes; ++pipe)
    check_pipe(facts.pipe[pipe], now.pipe[pipe], start.pipe[pipe]);
  for (int thread = 0; thread < system.thread_count(); ++thread)
    if (!facts.cursor[thread]) RC_ASSERT(now.thread[thread].slot == start.thread[thread].slot);
}

}  // namespace

TEST_CASE("what is no variable of the exported model does not change", "[export]") {
  test::forall(2000, [] {
    const System system = test::any_made_up_sample().system;
    const Facts facts = facts_of({}, system);
    test::DrawnChooser choose;
    World world = system.initial;
    for (Choices choices; enabled(system, world, choices), choices.size > 0;) {
      apply(system, world, choices.item[choose.number(0, choices.size - 1)], {});
      check_world(facts, system, world);
    }
  });
}

}  // namespace pincheck::exporting
