// SPDX-License-Identifier: MIT
// What the exported model has no variable for does not change, whatever a run does.
#include "checker/export/facts.hpp"

#include <catch2/catch.hpp>

#include "checker/export/view.hpp"
#include "checker/testing/made_up.hpp"

namespace pincheck::exporting {
namespace {

void check_page(const Facts& facts, const Page& page, const Page& start) {
  CHECK((page.flags & ~facts.page_flags) == 0);
  CHECK(facts.backings.contains(page.backing));
  if (!facts.backing_varies) CHECK(page.backing == start.backing);
  if (!facts.pins) CHECK(page.pins == start.pins);
}

// Made-up systems may begin with stale slots and with a tmp_page, scenarios do not.

void check_request(const RequestFacts& facts, const Request& now, const Request& start) {
  CHECK((now.flags & ~facts.flags) == (start.flags & ~facts.flags));
  if (!facts.pages_vary) CHECK(now.slot == start.slot);
  if (!facts.count_varies) CHECK(now.count == start.count);
  if (!facts.left_out) CHECK(now.left_out == start.left_out);
  for (int slot = 0; slot < kMaxSlots; ++slot) {
    if (slot >= facts.slots) CHECK(now.slot[slot] == kNoPage);
    if (!facts.stale && !start.stale(slot)) CHECK_FALSE(now.stale(slot));
    if (!facts.pinned) CHECK(now.pinned_for_io(slot) == start.pinned_for_io(slot));
    for (int role = 0; role < kRoles; ++role)
      if (const Held held = now.holds(slot, static_cast<Role>(role));
          !facts.holds[role] && held != Held::none)
        CHECK(held == start.holds(slot, static_cast<Role>(role)));
  }
}

void check_pipe(const PipeFacts& facts, const Pipe& now, const Pipe& start) {
  CHECK(now.count <= facts.capacity);
  for (int i = 0; i < now.count; ++i)
    CHECK(facts.ops.contains(static_cast<int>(now.ring[i].ops())));
  if (!facts.locks) CHECK(now.locked == start.locked);
  if (!facts.keeps && start.tmp_page == kNoPage) CHECK(now.tmp_page == kNoPage);
  if (!facts.closes) CHECK(now.open == start.open);
}

void check_world(const Facts& facts, const System& system, const World& now) {
  const World& start = system.initial;
  for (int page = 0; page < system.pages; ++page)
    check_page(facts, now.page[page], start.page[page]);
  for (int mm = 0; mm < system.mms; ++mm)
    for (int page = 0; page < system.pages; ++page)
      CHECK((now.pte[mm][page].flags & ~facts.pte_flags[mm]) == 0);
  for (int actor = 0; actor < system.actors; ++actor)
    check_request(facts.request[actor], now.request[actor], start.request[actor]);
  for (int pipe = 0; pipe < system.pipes; ++pipe)
    check_pipe(facts.pipe[pipe], now.pipe[pipe], start.pipe[pipe]);
  for (int thread = 0; thread < system.thread_count(); ++thread)
    if (!facts.cursor[thread]) CHECK(now.thread[thread].slot == start.thread[thread].slot);
}

}  // namespace

TEST_CASE("what is no variable of the exported model does not change", "[export]") {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const test::Sample sample = test::made_up_sample(seed);
    INFO(sample.made_from);
    const Facts facts = facts_of({}, sample.system);
    search::Rng rng(seed);
    World world = sample.system.initial;
    for (Choices choices; enabled(sample.system, world, choices), choices.size > 0;) {
      apply(sample.system, world, choices.item[rng.below(static_cast<std::uint32_t>(choices.size))],
            {});
      check_world(facts, sample.system, world);
    }
  }
}

}  // namespace pincheck::exporting
