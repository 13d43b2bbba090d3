// SPDX-License-Identifier: MIT
// A verdict is about something: actors that can do nothing are found out, and only those.
#include "checker/judge/activity.hpp"

#include <catch2/catch.hpp>
#include <cstring>
#include <deque>
#include <unordered_set>

#include "checker/explore/explore.hpp"
#include "checker/judge/verdict.hpp"
#include "checker/testing/sample.hpp"

namespace pincheck::test {
namespace {

judge::Cell judged(const Scenario& scenario, const Convention& convention,
                   std::uint64_t states = 100'000, int schedules = 50) {
  Catalogue catalogue;
  return judge::judge(scenario, convention, model(), catalogue, {{1, schedules, 0}, states},
                      nullptr);
}

/// Pages, pipes and actors as inline tables.
std::string scenario_of(const std::string& pages, const std::string& pipes,
                        const std::string& actors) {
  return "name = \"t\"\npage = [" + pages + "]\npipe = [" + pipes + "]\nactor = [" + actors + "]\n";
}

const std::string kAnon = R"({name = "a", backing = "anon"})";
const std::string kUnmapped = R"({name = "a", backing = "file", mapped = false})";
const std::string kFile = R"({name = "a", backing = "file"})";
const std::string kPipePage = R"({name = "a", backing = "pipe"})";
const std::string kEmpty = R"({name = "r"})";
const std::string kTwoEmpty = R"({name = "r"}, {name = "s"})";
const std::string kHolds = R"({name = "r", holds = ["a"]})";

struct Vacuous {
  std::string pages, pipes, actors;
  judge::Lack lacks;
  std::string why;
};

const std::vector<Vacuous> kVacuousScenarios{
    {kPipePage, kHolds,
     R"({name = "w", path = "direct-write", caller = "bio", kind = "bvec", pages = ["a"]})",
     judge::Lack::submission,
     "w submits no I/O: creator/hold: gone (bvec creator); a is a page in r"},
    {kFile, kEmpty, R"({name = "w", path = "splice-write", caller = "fuse", pipe = "r"})",
     judge::Lack::submission,
     "splice-write/build-bvec: empty (iter_file_splice_write); r is empty"},
    {kPipePage, kHolds,
     R"({name = "w", path = "splice-read", caller = "bio", pages = ["a"], pipe = "r"})",
     judge::Lack::submission, "-EAGAIN"},
    {kFile, kHolds, R"({name = "w", path = "splice-read", pages = ["a"], pipe = "r"})",
     judge::Lack::effect, "w changes nothing: splice-read/lock: -EAGAIN (pipe_lock)"},
    {kFile, "", R"({name = "w", path = "writeback", pages = ["a"]})", judge::Lack::effect,
     "writeback/lookup: nothing to write"},
    {kAnon, "", R"({name = "w", path = "reclaim", pages = ["a"]})", judge::Lack::effect,
     "reclaim/isolate: not a file page (isolate_lru_folios)"},
    {kUnmapped, "", R"({name = "w", path = "munmap", pages = ["a"]})", judge::Lack::effect,
     "munmap/zap: not mapped (zap_pte_range)"},
    {kFile, kTwoEmpty, R"({name = "w", path = "tee", pipe = "r", to = "s"})", judge::Lack::effect,
     "tee/pipe-buf-get: nothing to duplicate"},
    {kFile, kEmpty, R"({name = "w", path = "pipe-read", pipe = "r"})", judge::Lack::effect,
     "pipe-read/consume: empty"},
    {kFile, R"({name = "r", holds = ["a", "a", "a", "a"]})",
     R"({name = "w", path = "vmsplice", pages = ["a"], pipe = "r"})", judge::Lack::effect,
     "vmsplice/lock: -EAGAIN"},
    {kFile, R"({name = "r", holds = ["a"]}, {name = "s", holds = ["a", "a", "a", "a"]})",
     R"({name = "w", path = "tee", pipe = "r", to = "s"})", judge::Lack::effect,
     "tee/pipe-buf-get: no room"},
    {"", R"({name = "r"})", R"({name = "w", path = "pipe-write", pipe = "r"})", judge::Lack::effect,
     "pipe-write/get-page: no memory"},
};

/// What every interleaving takes, the slow and obvious way.
std::vector<bool> plainly_taken(const System& system) {
  struct Node {
    World world;
    bool ended;
    bool operator==(const Node&) const = default;
  };
  const auto hash = [](const Node& node) {
    std::string bytes(sizeof(World), '\0');
    std::memcpy(bytes.data(), &node.world, sizeof(World));
    return std::hash<std::string>()(bytes);
  };
  std::unordered_set<Node, decltype(hash)> seen(64, hash);
  std::deque<Node> open{{system.initial, false}};
  std::vector<bool> taken(system.outcomes.size());
  while (!open.empty()) {
    const Node node = open.front();
    open.pop_front();
    if (node.ended || !seen.insert(node).second) continue;
    Choices choices;
    enabled(system, node.world, choices);
    for (const Choice& choice : choices) {
      taken[system.flat_step(node.world, choice.thread).outcome_begin + choice.outcome] = true;
      Node next = node;
      PropertySet found = 0;
      apply(system, next.world, choice, collecting(found));
      next.ended = (found & run_enders()) != 0;
      open.push_back(next);
    }
  }
  return taken;
}

TEST_CASE("activity: who can do nothing is found out, and told why", "[activity]") {
  const Convention rules = convention("linux-6.12");
  for (const Vacuous& one : kVacuousScenarios) {
    const Scenario s = scenario(scenario_of(one.pages, one.pipes, one.actors));
    const judge::Cell cell = judged(s, rules);
    INFO(one.actors << one.pages << one.pipes);
    CHECK(cell.verdict == judge::Verdict::vacuous);
    CHECK(cell.proved);
    CHECK(cell.exit_code() == kVacuous);
    REQUIRE(cell.idle.size() == 1);
    CHECK(cell.idle[0].actor == 0);
    CHECK(cell.idle[0].lacks == one.lacks);
    INFO(cell.idle[0].why);
    CHECK(cell.idle[0].why.find(one.why) != std::string::npos);
  }
}

TEST_CASE("activity: company that makes it possible makes a verdict of it", "[activity]") {
  const Convention rules = convention("linux-6.12");
  const auto verdict = [&](const std::string& pages, const std::string& pipes,
                           const std::string& actors) {
    return judged(scenario(scenario_of(pages, pipes, actors)), rules).verdict;
  };
  CHECK(verdict(kFile, kEmpty,
                R"({name = "w", path = "splice-write", caller = "fuse", pipe = "r"},
                   {name = "f", path = "splice-read", pages = ["a"], pipe = "r"})") !=
        judge::Verdict::vacuous);
  CHECK(verdict(kFile, "", R"({name = "w", path = "writeback", pages = ["a"]},
                              {name = "s", path = "store", pages = ["a"]})") !=
        judge::Verdict::vacuous);
  CHECK(verdict(R"({name = "a", backing = "file", dirty = true})", "",
                R"({name = "w", path = "writeback", pages = ["a"]})") == judge::Verdict::holds);
  // One idle actor among busy ones is enough.
  CHECK(verdict(kAnon, "",
                R"({name = "r", path = "direct-read", caller = "bio", kind = "ubuf", pages = ["a"]},
                   {name = "k", path = "reclaim", pages = ["a"]})") == judge::Verdict::vacuous);
}

TEST_CASE("activity: violated stays violated, refused is declared or vacuous", "[activity]") {
  const judge::Cell violated = judged(
      scenario(
          scenario_of(
              kAnon, "",
              R"({name = "x", path = "direct-write", caller = "legacy", kind = "ubuf", pages = ["a"]},
             {name = "k", path = "reclaim", pages = ["a"]})") +
          "width = 12\nbias = 2048\nasks = [\"no-overflow\"]\n"),
      convention("linux-6.12"));
  CHECK(violated.idle.empty());
  CHECK(violated.verdict == judge::Verdict::violated);

  const Scenario late = find_scenario("s10-late-pin-nfs", model().kinds);
  Convention refuses = convention("hubbard-v1");
  const judge::Cell declared = judged(late, refuses);
  CHECK(declared.verdict == judge::Verdict::refused);
  CHECK(declared.exit_code() == kAsExpected);
  refuses.expect.clear();
  const judge::Cell undeclared = judged(late, refuses);
  CHECK(undeclared.verdict == judge::Verdict::vacuous);
  REQUIRE_FALSE(undeclared.idle.empty());
  CHECK(undeclared.idle[0].refused);
}

TEST_CASE("activity: a device that touches no page, and a thread that changes only what is its own",
          "[activity]") {
  const auto submit = [](Builder& b) { b.step("submit", "f").always({to::request(kSubmitted)}); };
  const auto lock = [](Builder& b) {
    b.step("lock", "f").always({to::lock});
    b.step("get", "f").always({to::get(Role::array)});
    b.step("put", "f").always({to::put(Role::array)});
    b.step("unlock", "f").always({to::unlock});
  };
  const System system = HandMade(1).actor({0}, submit).actor({0}, lock).system();
  Scenario s;
  s.pages.resize(1);
  s.actors.resize(2);
  s.actors[0].caller = "bio";
  const auto taken = explore::explore(system, {}).taken;
  const auto idle = judge::idle_actors(s, system, taken);
  REQUIRE(idle.size() == 2);
  CHECK(idle[0].lacks == judge::Lack::transfer);
  CHECK(idle[1].lacks == judge::Lack::effect);
}

TEST_CASE("activity: an unfinished search shows nothing, and says so", "[activity]") {
  const Scenario s = find_scenario("row1-nfs-read", model().kinds);
  const judge::Cell cell = judged(s, convention("linux-6.12"), 1, 1);
  CHECK_FALSE(cell.proved);
  if (cell.idle.empty()) return;  // one schedule may be enough
  CHECK(cell.verdict == judge::Verdict::vacuous);
}

TEST_CASE("activity: no reduction hides an outcome that can be taken", "[activity]") {
  std::vector<Sample> samples = generated_samples(120, 4);
  samples.push_back({"like readers", shipped("row1-nfs-read", "linux-6.12")});
  int compared = 0;
  for (const Sample& sample : samples) {
    explore::ExploreOptions options;
    options.max_states = 3000;
    options.reductions = explore::Reductions::none();
    if (!explore::explore(sample.system, options).finished()) continue;
    const std::vector<bool> plain = plainly_taken(sample.system);
    ++compared;
    using explore::Reductions;
    for (const Reductions& some :
         {Reductions::none(), Reductions::only({&Reductions::merge}),
          Reductions::only({&Reductions::partial_order}),
          Reductions::only({&Reductions::partial_order, &Reductions::sleep}),
          Reductions::only({&Reductions::symmetry}), Reductions{.sleep = true}}) {
      options.reductions = some;
      INFO(sample.made_from);
      CHECK(explore::explore(sample.system, options).taken == plain);
    }
  }
  CHECK(compared > 40);
}

TEST_CASE("activity: of like actors each takes what one of them takes", "[activity]") {
  const auto text = [](const std::string& name) {
    return R"({name = ")" + name +
           R"(", path = "direct-read", caller = "bio", kind = "ubuf", pages = ["a"]})";
  };
  const Scenario s = scenario(scenario_of(kFile, "", text("x") + ", " + text("y")));
  const System system = compiled(s, convention("linux-6.12")).value();
  const explore::ExploreResult result = explore::explore(system, {});
  CHECK(result.symmetries > 1);
  CHECK(result.taken == plainly_taken(system));
  CHECK(judge::idle_actors(s, system, result.taken).empty());
}

}  // namespace
}  // namespace pincheck::test
