// SPDX-License-Identifier: MIT
// A creator that holds more never turns holds into violated; when references go does not change
// whether they balance; a page that is listed twice is still one page.
#include "checker/testing/old_faults.hpp"

namespace pincheck::judge {
namespace {

using namespace test;

/// In-kernel I/O, with somebody else in between.
const Draw kInKernel{{"direct-read", "direct-write", "direct-read", "direct-write", "truncate",
                      "reclaim", "writeback", "munmap", "store", "pipe-read", "vmsplice"},
                     2,
                     2,
                     1};

bool has_creator(const ActorSpec& actor) {
  const Kind* kind = find_kind(model().kinds, actor.kind);
  return kind != nullptr && !kind->user_backed && !actor.pages.empty();
}

/// What is about pins has nothing to say where there are none.
PropertySet about_pins() {
  return bit("not-written-back-while-pinned") | bit("not-freed-while-pinned") |
         bit("pin-covers-io") | bit("no-late-pin") | bit("no-overflow");
}

/// Holds from weak to strong that the actor's creator can have: one that allocates its pages holds
/// them, and pins are for memory that can be registered.
std::vector<Holds> ladder(const Scenario& scenario, const ActorSpec& actor) {
  const auto all_are = [&](Backing backing) {
    return std::all_of(actor.pages.begin(), actor.pages.end(),
                       [&](int page) { return scenario.pages[page].backing == backing; });
  };
  std::vector<Holds> all{Holds::get};
  if (!allocates(actor, scenario.pages)) all.insert(all.begin(), Holds::none);
  if (all_are(Backing::anon)) all.push_back(Holds::pin);
  return all;
}

void a_stronger_hold(const Compile& by) {
  Question weak = any_question(kInKernel);
  ActorSpec& actor = weak.scenario.actors[0];
  RC_PRE(has_creator(actor));
  DrawnChooser choose;
  Question strong = weak;
  ActorSpec& stronger = strong.scenario.actors[0];
  if (actor.async && choose.chance(50)) {
    actor.until = Until::submit;
  } else {
    const std::vector<Holds> all = ladder(weak.scenario, actor);
    RC_PRE(all.size() > 1);
    const int upper = choose.number(1, static_cast<int>(all.size()) - 1);
    stronger.holds = all[upper];
    actor.holds = all[choose.number(0, upper - 1)];
  }
  const PropertySet judged = stronger.holds != actor.holds && stronger.holds == Holds::pin
                                 ? safety() & ~about_pins()
                                 : safety();
  const Answer before = answer_of(strong, by, kFewStates);
  RC_PRE((before.violated & judged) != 0U);
  check_none(lost_or_hidden(before, answer_of(weak, by, kMoreStates)) & judged, strong, weak);
}

/// The same references are taken and dropped, sooner or later. Who asks a dead iterator may be told
/// something else then.
void another_time(const Compile& by) {
  Question q = any_question({{"direct-read", "direct-write"}, 1, 1, 0});
  DrawnChooser choose;
  const ActorSpec& actor = q.scenario.actors[0];
  const Path& path = *find_path(actor.path);
  Question later = q;
  bool changed = false;
  for (std::size_t i = 0; i < q.convention.rows.size(); ++i) {
    RowEntry& entry = q.convention.rows[i];
    const bool other_way = entry.direction && (*entry.direction == Direction::dest) != path.dest;
    if (entry.kind != actor.kind || other_way || entry.row.decide == Decide::release) continue;
    entry.row.when = When::completion;
    RowEntry& late = later.convention.rows[i];
    late.row.when = choose.chance(50) ? When::deferred : When::after_submit;
    late.row.decide = entry.row.decide;
    changed = accepted(later.convention);
  }
  RC_PRE(changed);
  const Answer soon = answer_of(q, by, kFewStates);
  const Answer late = answer_of(later, by, kMoreStates);
  RC_PRE(((soon.violated | late.violated) & run_enders()) == 0U);
  const PropertySet balance = bit("pin-unpin-balanced") | bit("get-put-balanced");
  check_none((soon.violated ^ late.violated) & balance, q, later);
}

/// Who listed one page lists it twice: nobody who went on before waits for ever now.
void listed_twice(const Compile& by) {
  const Question once = any_question(kInKernel);
  Question twice = once;
  ActorSpec& actor = twice.scenario.actors[0];
  RC_PRE(has_creator(actor) && actor.pages.size() == 1);
  actor.pages.push_back(actor.pages[0]);
  const Answer before = answer_of(once, by, kFewStates);
  const Answer after = answer_of(twice, by, kMoreStates);
  RC_PRE(((before.violated | after.violated) & run_enders()) == 0U);
  const PropertySet stuck = after.violated & ~before.violated & bit("completes");
  check_none(stuck | lost_or_hidden(before, after), once, twice);
}

}  // namespace

TEST_CASE("a stronger hold breaks nothing", "[metamorphic]") { check_law(a_stronger_hold, 1500); }

TEST_CASE("a release that never comes is found by another time for it", "[metamorphic]") {
  check_law(another_time, 750);
  CHECK(finds(another_time, with_fault(cancelled_ends)));
}

TEST_CASE("a folio locked for each slot is found by listing a page twice", "[metamorphic]") {
  check_law(listed_twice, 750);
  CHECK(finds(listed_twice, with_fault(locked_per_slot)));
}

}  // namespace pincheck::judge
