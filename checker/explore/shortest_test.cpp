// SPDX-License-Identifier: MIT
// Shortest schedules against a search that tries all schedules by length and
// keeps nothing packed.
#include "checker/explore/shortest.hpp"

#include <catch2/catch.hpp>

#include <bit>
#include <deque>

#include "checker/testing/made_up.hpp"
#include "checker/testing/plain_search.hpp"
#include "shrinkers/schedule.hpp"

namespace pincheck::explore {
namespace {

constexpr PropertySet kEverything = ~PropertySet{0};
constexpr int kNever = -1;
using Lengths = std::array<int, kProperties>;

struct Node {
  World world;
  int length = 0;
  bool ended = false;
};

/// What Run::finish says of a run that stands here.
PropertySet at_end(const System& system, const World& world) {
  PropertySet found = 0;
  Choices choices;
  enabled(system, world, choices);
  report_end(system, world, choices.size == 0, collecting(found));
  return found;
}

/// By property, the length of the shortest schedule that violates it.
Lengths shortest_lengths(const System& system) {
  Lengths lengths;
  lengths.fill(kNever);
  const auto note = [&](PropertySet found, int length) {
    for (; found != 0; found &= found - 1) {
      int& known = lengths[std::countr_zero(found)];
      if (known == kNever || length < known) known = length;
    }
  };
  std::vector<Node> seen;
  std::deque<Node> queue{{system.initial}};
  const auto known = [&](const Node& node) {
    return std::any_of(seen.begin(), seen.end(), [&](const Node& one) {
      return one.ended == node.ended && one.world == node.world;
    });
  };
  for (; !queue.empty(); queue.pop_front()) {
    const Node node = queue.front();
    if (known(node)) continue;
    seen.push_back(node);
    if (node.ended) continue;
    note(at_end(system, node.world), node.length);
    Choices choices;
    enabled(system, node.world, choices);
    for (const Choice& choice : choices) {
      const test::Taken next = test::take(system, node.world, choice);
      note(next.violated, node.length + 1);
      queue.push_back({next.world, node.length + 1, (next.violated & run_enders()) != 0});
    }
  }
  return lengths;
}

/// Whether the schedule can be taken, and violates the property in its last
/// step or at its end.
bool violates(const System& system, const std::vector<Choice>& schedule, int property) {
  Run run(system);
  PropertySet last = 0;
  for (const Choice& choice : schedule) {
    const Choices& possible = run.choices();
    if (std::count(possible.begin(), possible.end(), choice) != 1) return false;
    last = run.take(choice);
  }
  return ((last | run.finish()) >> property & 1) != 0;
}

/// What is wrong with the shortest schedules; "" if nothing is.
std::string problem_in(const System& system) {
  const Shortest found = shortest(system, kEverything, {});
  if (!found.proved) return "not proved";
  const Lengths lengths = shortest_lengths(system);
  for (int property = 0; property < kProperties; ++property) {
    const std::string name = judge::property_names(PropertySet{1} << property);
    const bool violated = (found.found >> property & 1) != 0;
    if (violated != (lengths[property] != kNever)) return name + " is found by one only";
    if (!violated) continue;
    const auto& schedule = found.schedule[property];
    if (static_cast<int>(schedule.size()) != lengths[property]) return name + " is found later";
    if (!violates(system, schedule, property)) return name + " is not violated";
  }
  return "";
}

/// Inside a property.
void check_small(const test::Sample& sample, std::uint64_t max_states) {
  RC_PRE(plain_search(sample.system, max_states).complete);
  RC_ASSERT(problem_in(sample.system) == "");
}

}  // namespace

TEST_CASE("schedules are as short as any, and show what they are for", "[explore]") {
  int checked = 0;
  for (const test::Sample& sample : test::shipped_samples()) {
    if (!plain_search(sample.system, 120).complete) continue;
    INFO(sample.made_from);
    CHECK(problem_in(sample.system) == "");
    ++checked;
  }
  CHECK(checked > 200);
  CHECK(problem_in(test::deadlock()) == "");
  test::forall(100, [] { check_small(test::any_sample(), 200); });
  test::forall(150, [] { check_small(test::any_made_up_sample(), 120); });
}

TEST_CASE("a shrunk random schedule is never shorter", "[explore]") {
  test::forall(200, [] {
    const test::Sample sample = test::any_sample();
    RC_PRE(plain_search(sample.system, 3000).complete);
    const search::SearchResult random = search::search(sample.system, {1, 100, 0}, nullptr);
    RC_PRE(random.violated != 0U);
    const Shortest found = shortest(sample.system, random.violated, {});
    RC_ASSERT(found.found == random.violated);
    for (PropertySet rest = found.found; rest != 0; rest &= rest - 1) {
      const int property = std::countr_zero(rest);
      const Moves moves = moves_of(sample.system, random.violation[property].schedule);
      const Moves shrunk = shrinkers::shrink_schedule(sample.system, moves, property).moves;
      RC_ASSERT(found.schedule[property].size() <= shrunk.size());
    }
  });
}

TEST_CASE("with reductions schedules replay and show what they are for, unproved", "[explore]") {
  const std::vector<std::pair<const char*, const char*>> kViolated{
      {"row10-writeback-during-dma", "get-put"},
      {"row2-nfs-pin-dropped", "hubbard-v1"},
      {"s11-nfs-to-pipe-killed", "find-pages"}};
  for (const auto& [name, convention] : kViolated) {
    INFO(name);
    const System system = test::shipped(name, convention);
    const PropertySet violated = plain_search(system, 100000).violated;
    ShortestOptions options;
    options.reductions = Reductions::only({&Reductions::merge, &Reductions::partial_order});
    const Shortest found = shortest(system, kEverything, options);
    CHECK((violated & ~found.found) == 0);
    CHECK(found.found != 0);
    CHECK_FALSE(found.proved);
    for (PropertySet rest = found.found; rest != 0; rest &= rest - 1)
      CHECK(violates(system, found.schedule[std::countr_zero(rest)], std::countr_zero(rest)));
  }
}

TEST_CASE("nothing is proved where memory ends or somebody stops it", "[explore]") {
  const System system = test::shipped("s5n-reclaim-under-nfs", "linux-6.12");
  ShortestOptions options;
  options.max_bytes = 300000;
  CHECK_FALSE(shortest(system, kEverything, options).proved);
  options = {};
  options.stopped = [] { return true; };
  CHECK_FALSE(shortest(system, kEverything, options).proved);
  CHECK(shortest(system, kEverything, {}).proved);
}

}  // namespace pincheck::explore
