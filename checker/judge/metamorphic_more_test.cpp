// SPDX-License-Identifier: MIT
// More actors, pages, pipes and larger bounds never turn violated into holds.
#include "checker/search/search.hpp"
#include "checker/testing/old_faults.hpp"

namespace pincheck::judge {
namespace {

using namespace test;

/// What was violated stays so in the larger scenario: whoever was added may do nothing until the
/// end.
void stays_violated(const Question& q, const Scenario& larger, const Compile& by) {
  const Answer before = answer_of(q, by, kFewStates);
  RC_PRE((before.violated & safety()) != 0U);
  const Question added{larger, q.convention};
  const Answer after = answer_of(added, by, kMoreStates);
  check_none(lost(before, after), q, added);
}

/// What some shipped convention says of a caller that this one does not know.
void add_rows(Convention& convention, const std::string& caller) {
  const auto of_caller = [&](const RowEntry& entry) { return entry.caller == caller; };
  if (std::any_of(convention.rows.begin(), convention.rows.end(), of_caller)) return;
  for (const RowEntry& entry : DrawnChooser().one_of(shipped_conventions(model().kinds)).rows)
    if (of_caller(entry)) convention.rows.push_back(entry);
}

Law another_actor(const Draw& from) {
  return [from](const Compile& by) {
    Question q = any_question(from);
    SmallScenario larger(q.scenario, from);
    RC_PRE(larger.add_actor());
    add_rows(q.convention, larger.scenario().actors.back().caller);
    stays_violated(q, larger.scenario(), by);
  };
}

void another_page(const Compile& by) {
  const Question q = any_question();
  SmallScenario larger(q.scenario, {});
  larger.add_page();
  stays_violated(q, larger.scenario(), by);
}

/// Without buffers: those would hold references, which may well be what was missing.
void another_pipe(const Compile& by) {
  const Question q = any_question();
  SmallScenario larger(q.scenario, {});
  RC_PRE(larger.add_empty_pipe());
  stays_violated(q, larger.scenario(), by);
}

void larger_bounds(const Compile& by) {
  const Question q = any_question();
  const auto system = by(q);
  RC_PRE(system.has_value());
  DrawnChooser choose;
  const auto states = static_cast<std::uint64_t>(choose.number(1, 2000));
  const auto more = states + static_cast<std::uint64_t>(choose.number(0, 2000));
  check_none(answer(*system, states).violated & ~answer(*system, more).violated, q, q);
  const int schedules = choose.number(1, 10);
  const search::SearchResult some = search::search(*system, {1, schedules, 0}, nullptr);
  const search::SearchResult all = search::search(*system, {1, schedules + 10, 0}, nullptr);
  check_none(some.violated & ~all.violated, q, q);
}

}  // namespace

TEST_CASE("an added actor hides no violation", "[metamorphic]") {
  check_law(another_actor({}), 1500);
}

TEST_CASE("an added page hides no violation", "[metamorphic]") { check_law(another_page, 750); }

TEST_CASE("an added pipe hides no violation", "[metamorphic]") { check_law(another_pipe, 250); }

TEST_CASE("a larger bound hides no violation", "[metamorphic]") { check_law(larger_bounds, 500); }

TEST_CASE("a shared pipe that stays open is found by adding an actor", "[metamorphic]") {
  const Law law =
      another_actor({{"splice-read", "splice-write", "vmsplice", "pipe-read"}, 1, 2, 1});
  check_law(law, 500);
  CHECK(finds(law, with_fault(shared_pipe_stays)));
}

}  // namespace pincheck::judge
