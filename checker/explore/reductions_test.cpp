// SPDX-License-Identifier: MIT
// The search with and without each reduction, in every way of going about it,
// against the plain search that has none.
#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "checker/explore/explore.hpp"
#include "checker/search/search.hpp"
#include "checker/testing/made_up.hpp"
#include "checker/testing/plain_search.hpp"
#include "checker/testing/sample.hpp"

namespace pincheck::explore {
namespace {

constexpr Reductions kAll{.sleep = true};  // the others are on by default

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
    {.name = "no reduction, depth first", .reductions = Reductions::none(), .depth_first = true},
    {"merging", Reductions::only({&Reductions::merge})},
    {"partial order", Reductions::only({&Reductions::partial_order})},
    {"sleep sets", Reductions::only({&Reductions::sleep})},
    {"symmetry", Reductions::only({&Reductions::symmetry})},
    {"partial order and sleep sets",
     Reductions::only({&Reductions::partial_order, &Reductions::sleep})},
    {"sleep sets and symmetry", Reductions::only({&Reductions::sleep, &Reductions::symmetry})},
    {"merging and symmetry", Reductions::only({&Reductions::merge, &Reductions::symmetry})},
    {"all", kAll},
    {.name = "all, depth first", .reductions = kAll, .depth_first = true},
    {.name = "all, fingerprints", .reductions = kAll, .fingerprints = true},
    {.name = "all but sleep sets, depth first, fingerprints",
     .reductions = {},
     .depth_first = true,
     .fingerprints = true},
};

/// Few systems go these ways: threads that wait for each other take long on a busy machine.
const std::vector<Way> kTwoThreads{
    {"no reduction, two threads", Reductions::none(), 2},
    {.name = "no reduction, two threads, depth first",
     .reductions = Reductions::none(),
     .threads = 2,
     .depth_first = true},
    {"all, two threads", kAll, 2},
    {.name = "all, two threads, depth first",
     .reductions = kAll,
     .threads = 2,
     .depth_first = true},
    {.name = "all but sleep sets, two threads, fingerprints",
     .reductions = {},
     .threads = 2,
     .fingerprints = true},
};

ExploreResult explored(const System& system, const Way& way) {
  ExploreOptions options;
  options.reductions = way.reductions;
  options.engine.threads = way.threads;
  options.engine.depth_first = way.depth_first;
  options.engine.fingerprints = way.fingerprints;
  return explore(system, options);
}

/// Sleep sets save steps and, where no violation ends the run early, no states.
bool sleep_keeps_states(const System& system, const ExploreResult& found) {
  Reductions awake = found.reductions;
  awake.sleep = false;
  return found.states == explored(system, {"", awake}).states;
}

/// In what the search differs from the plain one; "" if in nothing.
std::string difference(const System& system, const PlainResult& plain, const Way& way) {
  const ExploreResult result = explored(system, way);
  if (!result.finished()) return fmt::format("{}: not finished", way.name);
  if (result.violated != plain.violated)
    return fmt::format("{}: {} instead of {}", way.name, judge::property_names(result.violated),
                       judge::property_names(plain.violated));
  auto counts = fmt::format("{}: {} states, {} steps instead of {}, {}", way.name, result.states,
                            result.steps, plain.states, plain.edges);
  if (way.reductions == Reductions::none())
    return result.states == plain.states && result.steps == plain.edges ? "" : counts;
  if (result.states > plain.states) return counts;
  const Reductions& used = result.reductions;
  if (used.sleep && !used.merge && !used.partial_order && (plain.violated & run_enders()) == 0 &&
      !sleep_keeps_states(system, result))
    return fmt::format("{}: sleep sets change the states", way.name);
  return "";
}

/// The same of one without reduction, and of every fourth of the other ways, `turn` says which; and
/// a random search finds nothing more.
std::string difference(const System& system, const PlainResult& plain, int turn) {
  for (std::size_t way = 0; way < kWays.size(); ++way) {
    if (way != 0 && (way + static_cast<std::size_t>(turn)) % 4 != 0) continue;
    std::string found = difference(system, plain, kWays[way]);
    if (!found.empty()) return found;
  }
  const search::SearchResult random = search::search(system, {1, 60, 0}, nullptr);
  return judge::property_names(random.violated & ~plain.violated);
}

/// Inside a property. Passes over systems with more than `max_states` states.
void compare(const test::Sample& sample, std::uint64_t max_states) {
  const PlainResult plain = plain_search(sample.system, max_states);
  RC_PRE(plain.complete);
  test::DrawnChooser choose;
  RC_ASSERT(difference(sample.system, plain, choose.number(0, 3)) == "");
}

/// Systems compared so far, and what they violate.
struct Compared {
  int systems = 0;
  PropertySet violated = 0;

  /// Passes over systems with more than `max_states` states.
  void compare(const test::Sample& sample, std::uint64_t max_states) {
    INFO(sample.made_from);
    const PlainResult plain = plain_search(sample.system, max_states);
    if (!plain.complete) return;
    REQUIRE(difference(sample.system, plain, systems) == "");
    violated |= plain.violated;
    ++systems;
  }
  bool violates(std::string_view property) const {
    return (violated >> property_index(property) & 1) != 0;
  }
  /// With each check taken out.
  void compare_without_checks(Scenario scenario, const Convention& convention) {
    constexpr std::uint64_t kMaxStates = 600;
    for (const std::string& check : test::checks_of(scenario, convention)) {
      scenario.without = {check};
      std::string name = scenario.name;
      name.append(" under ").append(convention.name).append(" without ").append(check);
      compare({name, test::compiled(scenario, convention).value()}, kMaxStates);
    }
  }
};

std::uint64_t states(const System& system, const Reductions& reductions) {
  return explored(system, {"", reductions}).states;
}

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
      all.compare_without_checks(scenario, test::convention(name));
  const auto compare_made = [&](const char* name, const std::string& text) {
    const Scenario made = test::scenario(fmt::format("name = \"{}\"\n{}", name, text));
    all.compare({name, test::compiled(made, test::convention("linux-6.12")).value()}, 100000);
  };
  const std::string writer = R"([[actor]]
path = "direct-write"
caller = "bio"
kind = "ubuf"
pages = ["a"]
)";
  compare_made("overflow",
               "width = 12\npage = [{ name = \"a\", backing = \"anon\" }]\n" + writer + writer);
  all.compare({"stripped", test::shipped("s5-reclaim-under-dio", "linux-6.1")}, 100000);
  all.compare({"deadlock", test::deadlock()}, 100);
  compare_made("hole", R"(page = [{ name = "f", backing = "file" }]
[[actor]]
path = "direct-read"
caller = "legacy"
kind = "ubuf"
pages = ["f"]
[[actor]]
path = "writeback"
pages = ["f"]
)");
  CHECK(all.systems > 500);
  for (const Property& property : properties()) {
    INFO(property.name);
    CHECK(all.violates(property.name));
  }
}

TEST_CASE("no reduction changes the verdict on a generated scenario", "[explore]") {
  test::forall(500, [] { compare(test::any_sample(), 1000); });
}

TEST_CASE("no reduction changes the verdict on a made-up system", "[explore]") {
  test::forall(1200, [] { compare(test::any_made_up_sample(), 400); });
}

TEST_CASE("no reduction changes the verdict where few systems show that it could", "[explore]") {
  // Threads of one actor that are taken for independent; a step that is merged although others see
  // what it does; like actors' threads that are not told apart; a state that is left asleep
  // although it is met awake; sleep sets that stay where they are when like actors, or pages,
  // change places.
  for (const std::uint64_t seed : {5445, 443, 65, 5860, 349, 5430}) {
    const test::Sample sample = test::made_up_sample(seed);
    INFO(sample.made_from);
    const PlainResult plain = plain_search(sample.system, 3000);
    for (const Way& way : kWays) CHECK(difference(sample.system, plain, way) == "");
  }
}

TEST_CASE("two threads find the same as one", "[explore][threads]") {
  int compared = 0;
  const std::vector<test::Sample> samples = test::shipped_samples();
  for (std::size_t i = 0; i < samples.size(); i += 25) {
    INFO(samples[i].made_from);
    const PlainResult plain = plain_search(samples[i].system, 6000);
    if (!plain.complete) continue;
    for (const Way& way : kTwoThreads) CHECK(difference(samples[i].system, plain, way) == "");
    ++compared;
  }
  CHECK(compared > 10);
}

TEST_CASE("what ends the run because of another actor does not go alone", "[explore]") {
  const auto put = [](Builder& b) { b.step("put", "").always({to::put(Role::array)}); };
  test::HandMade made(2);
  made.actor({0}, put).actor({0}, [](Builder&) {}).actor({1}, put);
  made.start().page[0] = {1, 0, Backing::anon, 0};
  for (const int actor : {0, 1}) made.start().request[actor].set_held(0, Role::array, Held::get);
  Compared all;
  for (std::size_t i = 0; i < kWays.size(); ++i) all.compare({"freed", made.system()}, 100);
  CHECK(all.violates("get-put-balanced"));
}

TEST_CASE("one thread goes alone, or the two of an actor", "[explore]") {
  const auto locks = [](int pipe) {
    return [pipe](Builder& b) {
      b.step("lock", "").always({to::pipe(Do::pipe_lock, pipe)});
      b.step("unlock", "").always({to::pipe(Do::pipe_unlock, pipe)});
    };
  };
  constexpr Reductions kPartialOrder = Reductions::only({&Reductions::partial_order});
  const System threads = test::HandMade(1, 2).actor({}, locks(0), locks(1)).system();
  CHECK(states(threads, Reductions::none()) == 9);
  CHECK(states(threads, kPartialOrder) == 5);
  const auto lock = [](int pipe, Do op) {
    return [pipe, op](Builder& b) { b.step("step", "").always({to::pipe(op, pipe)}); };
  };
  const System actors = test::HandMade(1, 2)
                            .actor({}, lock(0, Do::pipe_lock), lock(0, Do::pipe_unlock))
                            .actor({}, lock(1, Do::pipe_lock), lock(1, Do::pipe_unlock))
                            .system();
  CHECK(states(actors, Reductions::none()) == 25);
  CHECK(states(actors, kPartialOrder) == 13);
}

TEST_CASE("each reduction leaves something out", "[explore]") {
  const System system = test::shipped("overflow-by-pins", "linux-6.12");
  check_counts(system, Reductions::only({&Reductions::merge}), true);
  check_counts(system, Reductions::only({&Reductions::partial_order}), true);
  check_counts(system, Reductions::only({&Reductions::sleep}), false);
  check_counts(system, Reductions::only({&Reductions::symmetry}), true);
}

TEST_CASE("where a property does not say what it reads nothing is reduced", "[explore]") {
  const System system = test::shipped("overflow-by-pins", "linux-6.12");
  ExploreOptions options;
  options.watched.add("added", EventKind::device_read, {});
  const ExploreResult result = explore(system, options);
  CHECK(result.reductions == Reductions::none());
  CHECK(result.symmetries == 1);
  CHECK(result.unstated == std::vector<std::string>{"added"});
  const ExploreResult full = explored(system, {"", Reductions::none()});
  CHECK(result.states == full.states);
  CHECK(full.unstated.empty());
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
  CHECK(explored(system, {"", kAll}).reductions == Reductions::only({&Reductions::symmetry}));
}

}  // namespace pincheck::explore
