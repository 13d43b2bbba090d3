// SPDX-License-Identifier: MIT
// The search with and without each reduction, in every way of going about it,
// against the plain search that has none.
#include <catch2/catch.hpp>

#include "checker/explore/explore.hpp"
#include "checker/explore/made_up.hpp"
#include "checker/explore/plain_search.hpp"
#include "checker/explore/sample.hpp"
#include "checker/search.hpp"

namespace pincheck {
namespace {

constexpr Reductions kAll{true, true, true, true};

/// A way to search.
struct Way {
  const char* name;
  Reductions reductions;
  int threads = 1;
  bool depth_first = false;
  bool fingerprints = false;
};

const std::vector<Way> kWays{
    {"no reduction", Reductions::none()},
    {"no reduction, depth first, two threads", Reductions::none(), 2, true},
    {"merging", {true, false, false, false}},
    {"partial order", {false, true, false, false}},
    {"sleep sets", {false, false, true, false}},
    {"symmetry", {false, false, false, true}},
    {"partial order and sleep sets", {false, true, true, false}},
    {"merging and symmetry", {true, false, false, true}},
    {"all", kAll},
    {"all, two threads", kAll, 2},
    {"all, depth first", kAll, 1, true},
    {"all, fingerprints", kAll, 1, false, true},
    {"all but sleep sets, depth first, two threads, fingerprints",
     {true, true, false, true},
     2,
     true,
     true},
};

ExploreResult explored(const System& system, const Way& way) {
  ExploreOptions options;
  options.reductions = way.reductions;
  options.engine.threads = way.threads;
  options.engine.depth_first = way.depth_first;
  options.engine.fingerprints = way.fingerprints;
  return explore(system, options);
}

void check(const System& system, const PlainResult& plain, const Way& way) {
  INFO(way.name);
  const ExploreResult result = explored(system, way);
  REQUIRE(result.finished());
  REQUIRE(property_names(result.violated) == property_names(plain.violated));
  if (way.reductions != Reductions::none()) {
    REQUIRE(result.states <= plain.states);
    return;
  }
  REQUIRE(result.states == plain.states);
  REQUIRE(result.steps == plain.edges);
}

/// Systems compared so far, and what they violate.
struct Compared {
  int systems = 0;
  PropertySet violated = 0;

  /// Without reduction always, and in every fourth of the other ways, in turn.
  /// Passes over systems with more than `max_states` states.
  void compare(const test::Sample& sample, std::uint64_t max_states) {
    INFO(sample.made_from);
    const PlainResult plain = plain_search(sample.system, max_states);
    if (!plain.complete) return;
    for (std::size_t way = 0; way < kWays.size(); ++way)
      if (way == 0 || (way + static_cast<std::size_t>(systems)) % 4 == 0)
        check(sample.system, plain, kWays[way]);
    const SearchResult random = search(sample.system, {1, 60, 0}, nullptr);
    REQUIRE(property_names(random.violated & ~plain.violated) == "");
    violated |= plain.violated;
    ++systems;
  }
  bool violates(std::string_view property) const {
    return (violated >> property_index(property) & 1) != 0;
  }
  /// With each guard taken out.
  void compare_without_guards(Scenario scenario, const Convention& convention) {
    constexpr std::uint64_t kMaxStates = 600;
    const std::string name = scenario.name + " under " + convention.name;
    for (const std::string& guard : test::guards_of(scenario, convention)) {
      scenario.without = {guard};
      compare({name + " without " + guard, test::compiled(scenario, convention).value()},
              kMaxStates);
    }
  }
};

/// States and steps with and without the reductions.
void check_counts(const System& system, const Reductions& reductions, bool fewer_states) {
  const ExploreResult full = explored(system, {"", Reductions::none()});
  const ExploreResult less = explored(system, {"", reductions});
  CHECK(less.reductions == reductions);
  CHECK(less.steps < full.steps);
  if (fewer_states)
    CHECK(less.states < full.states);
  else
    CHECK(less.states == full.states);
}

}  // namespace

TEST_CASE("no reduction changes the verdict, whatever is violated", "[explore]") {
  Compared all;
  for (const test::Sample& sample : test::shipped_samples())
    all.compare(sample, all.systems % 8 == 0 ? 10000 : 1000);
  for (const Scenario& scenario : shipped_scenarios(test::model().kinds))
    for (const auto* name : {"linux-6.12", "linux-6.1"})
      all.compare_without_guards(scenario, test::convention(name));
  all.compare({"overflow", test::shipped("overflow-by-pins", "linux-6.12")}, 10000);
  all.compare({"stripped", test::shipped("s5-reclaim-under-dio", "linux-6.1")}, 10000);
  all.compare({"deadlock", test::deadlock()}, 100);
  CHECK(all.systems > 500);
  for (const Property& property : properties()) {
    INFO(property.name);
    CHECK(all.violates(property.name));
  }
}

TEST_CASE("no reduction changes the verdict on a generated scenario", "[explore]") {
  Compared all;
  for (Rng seeds(3); all.systems < 500;)
    if (const auto sample = test::generated_sample(seeds.next())) all.compare(*sample, 1000);
}

TEST_CASE("no reduction changes the verdict on a made-up system", "[explore]") {
  Compared all;
  for (std::uint64_t seed = 0; seed < 1500; ++seed) all.compare(test::made_up_sample(seed), 400);
  CHECK(all.systems > 1000);
}

TEST_CASE("each reduction leaves something out", "[explore]") {
  const System system = test::shipped("overflow-by-pins", "linux-6.12");
  check_counts(system, {true, false, false, false}, true);
  check_counts(system, {false, true, false, false}, true);
  check_counts(system, {false, false, true, false}, false);
  check_counts(system, {false, false, false, true}, true);
}

TEST_CASE("nothing is merged into a step that ends the run because of another actor", "[explore]") {
  const auto put = [](Builder& b) { b.step("put", "").always({to::put(Role::array)}); };
  test::HandMade made(1);
  made.actor({0}, [&](Builder& b) {
    put(b);
    b.step("choose", "").outcome("yes", {}, {to::request(kFailed)}).outcome("no", {}, {});
  });
  made.actor({0}, put);  // frees the page that the first one still holds, and
                         // the other way round
  made.start().page[0] = {1, 0, Backing::anon, 0};
  for (Request& request : made.start().request) request.set_held(0, Role::array, Held::get);
  Compared all;
  for (std::size_t i = 0; i < kWays.size(); ++i) all.compare({"freed", made.system()}, 100);
  CHECK(all.violates("not-freed-while-in-use"));
}

TEST_CASE("what a search must not do on a system with loops, it does not", "[explore]") {
  const System system =
      test::HandMade(1)
          .actor({0},
                 [](Builder& b) {
                   b.label("again");
                   b.step("again", "").always({}, at("again"));
                 })
          .actor({0}, [](Builder& b) { b.step("wait", "").outcome("", {is::locked}, {}); })
          .system();
  CHECK(explored(system, {"", kAll}).reductions == Reductions{false, false, false, true});
}

}  // namespace pincheck
