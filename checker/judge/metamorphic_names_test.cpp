// SPDX-License-Identifier: MIT
// Names and order mean nothing, what is documented to be the same is, and what is not makes a
// difference or is refused.
#include <numeric>

#include "checker/testing/old_faults.hpp"

namespace pincheck::judge {
namespace {

using namespace test;

void renamed(const Compile& by) {
  const Question q = any_question();
  Question other = q;
  DrawnChooser choose;
  const std::string stem = choose.one_of(std::vector<std::string>{"x", "zz", "io", "end"});
  int next = choose.number(0, 99);
  const auto rename = [&](std::string& name) { name = stem + std::to_string(next++); };
  for (PageSpec& page : other.scenario.pages) rename(page.name);
  for (PipeSpec& pipe : other.scenario.pipes) rename(pipe.name);
  for (ActorSpec& actor : other.scenario.actors) rename(actor.name);
  rename(other.scenario.name);
  const auto before = by(q);
  const auto after = by(other);
  RC_PRE(before.has_value());
  if (before->programs != after->programs || !(before->initial == after->initial))
    check_none(safety(), q, other);
}

template <class T>
std::vector<T> in_order(const std::vector<T>& all, const std::vector<int>& place) {
  std::vector<T> moved(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) moved[place[i]] = all[i];
  return moved;
}

template <class T>
std::vector<int> any_order(const std::vector<T>& all) {
  std::vector<int> place(all.size());
  std::iota(place.begin(), place.end(), 0);
  DrawnChooser choose;
  for (std::size_t i = place.size(); i > 1; --i)
    std::swap(place[i - 1], place[choose.number(0, static_cast<int>(i) - 1)]);
  return place;
}

Scenario reordered(const Scenario& scenario) {
  const std::vector<int> page = any_order(scenario.pages);
  const std::vector<int> pipe = any_order(scenario.pipes);
  Scenario other = scenario;
  other.pages = in_order(scenario.pages, page);
  other.pipes = in_order(scenario.pipes, pipe);
  for (PipeSpec& one : other.pipes)
    for (int& held : one.holds) held = page[held];
  for (ActorSpec& actor : other.actors) {
    for (int& listed : actor.pages) listed = page[listed];
    if (actor.pipe >= 0) actor.pipe = pipe[actor.pipe];
    if (actor.pipe2 >= 0) actor.pipe2 = pipe[actor.pipe2];
  }
  other.actors = in_order(other.actors, any_order(scenario.actors));
  return other;
}

void in_another_order(const Compile& by) {
  const Question q = any_question({{}, 3, 3, 2});
  const Question other{reordered(q.scenario), q.convention};
  const Answer before = answer_of(q, by, kFewStates);
  const Answer after = answer_of(other, by, kMoreStates);
  check_none(before.violated ^ after.violated, q, other);
}

/// Words of a row that say the same.
Row spelled_out(Row row) {
  const auto matching = [](Take take) {
    return take == Take::get ? Drop::put : take == Take::pin ? Drop::unpin : Drop::none;
  };
  if (row.request_release == Drop::as_acquired)
    row.request_release = matching(row.request == Take::hand_over ? row.extract : row.request);
  if (row.release == Drop::as_acquired && row.request != Take::hand_over)
    row.release = matching(row.extract);
  return row;
}

/// Programs, whatever their outcomes' numbers.
bool same_programs(std::vector<Program> a, std::vector<Program> b) {
  for (auto* all : {&a, &b})
    for (Program& program : *all)
      for (Step& step : program)
        for (Outcome& outcome : step.outcomes) outcome.id = -1;
  return a == b;
}

void in_other_words(const Compile& by) {
  const Question q = any_question();
  Question other = q;
  DrawnChooser choose;
  other.convention.rows.clear();
  for (const RowEntry& entry : q.convention.rows) {
    RowEntry one = entry;
    if (choose.chance(50)) one.row = spelled_out(one.row);
    if (one.direction || choose.chance(50)) {
      other.convention.rows.push_back(one);
      continue;
    }
    for (const Direction direction : {Direction::dest, Direction::source}) {
      one.direction = direction;
      other.convention.rows.push_back(one);
    }
  }
  for (ActorSpec& actor : other.scenario.actors) {
    const Kind* kind = find_kind(model().kinds, actor.kind);
    if (kind == nullptr || kind->user_backed || actor.holds != Holds::by_kind) continue;
    actor.holds = actor.path == "direct-read" ? kind->creator_dest : kind->creator_source;
  }
  const auto before = by(q);
  const auto after = by(other);
  RC_PRE(before.has_value());
  if (!same_programs(before->programs, after->programs)) check_none(safety(), q, other);
}

void written_and_read(const Compile& by) {
  const Question q = any_question();
  Question other = q;
  other.scenario = parse_scenario(write_scenario(q.scenario, ""), "s.toml", model().kinds);
  other.convention = parse_convention(write_convention(q.convention, ""), "c.toml", model().kinds);
  const auto before = by(q);
  const auto after = by(other);
  RC_PRE(before.has_value());
  if (!same_programs(before->programs, after->programs)) check_none(safety(), q, other);
}

using Accepts = bool (*)(const Convention&);
bool accepts_all(const Convention&) { return true; }

/// Who drops what extraction took with the other primitive, be it beside take-over, is out of
/// balance where the I/O happens at all, or not accepted in the first place.
Law another_release(Accepts accepts) {
  return [accepts](const Compile& by) {
    Question q = any_question({{"direct-read", "direct-write"}, 1, 1, 0});
    const ActorSpec& actor = q.scenario.actors[0];
    RC_PRE(actor.kind == "bvec" || actor.kind == "ubuf");
    RC_PRE(q.scenario.pages[0].backing != Backing::zero);  // nothing is read into it
    DrawnChooser choose;
    Row row;
    row.extract = choose.one_of(std::vector{Take::get, Take::pin});
    row.release = row.extract == Take::get ? Drop::unpin : Drop::put;
    row.request_release = Drop::as_acquired;
    const bool own_request =
        actor.caller == "nfs-read" || actor.caller == "nfs-write" || actor.caller == "tcp";
    if (own_request && choose.chance(50)) row.request = Take::hand_over;
    q.convention.rows = {{actor.caller, actor.kind, {}, row}};
    q.convention.zero_pins_are_noops = q.convention.page_pins_skip_zero = false;
    RC_PRE(accepts(q.convention));
    const Answer found = answer_of(q, by, kMoreStates);
    const bool happens = (found.violated & bit("not-refused")) == 0;
    const PropertySet balance = bit("pin-unpin-balanced") | bit("get-put-balanced");
    if (happens && (found.violated & balance) == 0) check_none(balance, q, q);
  };
}

}  // namespace

TEST_CASE("names mean nothing", "[metamorphic]") { check_law(renamed, 500); }

TEST_CASE("order means nothing", "[metamorphic]") { check_law(in_another_order, 3000); }

TEST_CASE("the same in other words is the same", "[metamorphic]") {
  check_law(in_other_words, 1000);
}

TEST_CASE("what is written reads back as the same", "[metamorphic]") {
  check_law(written_and_read, 500);
}

TEST_CASE("a key without effect is found by giving it the wrong value", "[metamorphic]") {
  check_law(another_release(accepted), 250);
  CHECK(finds(another_release(accepts_all), ignores_release));
}

}  // namespace pincheck::judge
