// SPDX-License-Identifier: MIT
// Counterexample files read back, replay after the model was changed, and say why where they can't.
#include "checker/counterexample/replay.hpp"

#include <catch2/catch.hpp>

#include "checker/testing/run_binary.hpp"
#include "checker/testing/test_support.hpp"

namespace pincheck::counterexample {
namespace {

using test::contains;

const std::vector<const char*> kFormat1{"s3-splice-to-nfs-killed-not-freed-while-in-use-find-pages",
                                        "s2-splice-to-nfs-pin-unpin-balanced-hubbard-v1-diff",
                                        "row2-nfs-pin-dropped-pin-covers-io-hubbard-v1",
                                        "overflow-by-pins-no-overflow-linux-6.12"};

std::string format_1(const char* name) {
  return test::source_file(std::string("checker/counterexample/format-1/") + name + ".toml");
}

Counterexample parse(const std::string& text, const Renames& renames = shipped_renames()) {
  return parse_counterexample(text, "x.toml", test::model().kinds, renames);
}

System compiled(const Counterexample& example) {
  Catalogue catalogue;
  return compile_counterexample(example, "x.toml", test::model(), catalogue);
}

Replay replay_text_of(const std::string& text) {
  const Counterexample example = parse(text);
  return replay_counterexample(example, "x.toml", compiled(example));
}

/// The model with every step and every outcome called something else.
System renamed(System system) {
  for (Program& program : system.programs)
    for (Step& step : program) {
      step.name = "new-" + step.name;
      for (Outcome& outcome : step.outcomes)
        if (!outcome.name.empty()) outcome.name += " (new)";
    }
  return system;
}

/// What the author of that change would have written into model/renamed.toml.
Renames renames_of(const System& system) {
  Renames all;
  for (const Program& program : system.programs)
    for (const Step& step : program) {
      const std::string now = "new-" + step.name;
      all.push_back({NameOf::step, step.name, now, ""});
      for (const Outcome& outcome : step.outcomes)
        if (!outcome.name.empty())
          all.push_back({NameOf::outcome, outcome.name, outcome.name + " (new)", now});
    }
  return all;
}

}  // namespace

TEST_CASE("a counterexample reads back and replays", "[counterexample]") {
  Catalogue catalogue;
  for (const auto& [scenario, convention, property] :
       {std::tuple{"s4-direct-to-pipe", "find-pages", "not-freed-while-in-use"},
        std::tuple{"s2-splice-to-nfs", "hubbard-v1", "not-refused"},
        std::tuple{"row9a-conditional-drop", "find-pages-always-put", "get-put-balanced"}}) {
    INFO(scenario);
    const Scenario s = find_scenario(scenario, test::model().kinds);
    const Convention c = test::convention(convention);
    const System system = compile(s, c, test::model(), catalogue);
    const int p = property_index(property);
    const story::Story story = story::tell(s, system, c.name, test::shrunk(system, p, 2000), p);
    const explain::Explanation why = explain::explain(story, system);
    const Counterexample made = make_counterexample(story, c, shrinkers::Minimality::proved, 1);
    const Counterexample read = parse(counterexample_text(made, story, why));
    CHECK(read.schedule == made.schedule);
    CHECK(read.breaks_at == made.breaks_at);
    CHECK(read.minimality == shrinkers::Minimality::proved);
    CHECK(file_name_of(read) == file_name_of(made));
    const Replay replay = replay_counterexample(read, "x.toml", compiled(read));
    CHECK(replay.problem == "");
    CHECK(replay.why.sentence == why.sentence);
  }
}

TEST_CASE("files of the first format are read, upgraded and replay", "[counterexample]") {
  for (const char* name : kFormat1) {
    INFO(name);
    const std::string old = format_1(name);
    REQUIRE(contains(old, "\nformat = 1\n"));
    const Counterexample example = parse(old);
    const Replay replay = replay_counterexample(example, name, compiled(example));
    CHECK(replay.problem == "");
    const std::string upgraded = counterexample_text(
        make_counterexample(replay.story, example.convention, example.minimality, example.seed),
        replay.story, replay.why);
    CHECK(contains(upgraded, "\nformat = 3\n"));
    CHECK(replay_text_of(upgraded).problem == "");
  }
}

TEST_CASE("an old file may call a vmsplice a gift", "[counterexample]") {
  const std::string path = "path = \"splice-write\"\n";
  const std::string old = test::replaced(format_1(kFormat1[0]), path, path + "gift = true\n");
  CHECK(replay_text_of(old).problem == "");
}

TEST_CASE("an old file replays after every step and outcome was renamed", "[counterexample]") {
  for (const char* name : {kFormat1[1], kFormat1[2]}) {  // to which no step was added since
    INFO(name);
    const System before = compiled(parse(format_1(name)));
    const Counterexample example = parse(format_1(name), renames_of(before));
    const Replay replay = replay_counterexample(example, name, renamed(before));
    CHECK(replay.problem == "");
    CHECK(replay.reproduced);
  }
}

TEST_CASE("paths, callers, kinds, properties and checks go by their names of today",
          "[counterexample]") {
  std::string old = format_1(kFormat1[0]);
  for (const auto& [now, was] :
       {std::pair{"caller = \"nfs-write\"", "caller = \"nfs-odirect\""},
        std::pair{"path = \"splice-write\"", "path = \"splice-out\""},
        std::pair{"\nproperty = \"not-freed-while-in-use\"", "\nproperty = \"no-uaf\""}})
    old = test::replaced(old, now, was);
  while (contains(old, "callers.nfs-write."))
    old = test::replaced(old, "callers.nfs-write.", "callers.nfs-odirect.");
  old = test::replaced(old, "callers.nfs-odirect.bvec", "callers.nfs-odirect.vec");
  REQUIRE_THROWS_AS(parse(old), InputError);
  Renames renames = shipped_renames();
  const Renames more{{NameOf::caller, "nfs-odirect", "nfs-direct", ""},
                     {NameOf::caller, "nfs-direct", "nfs-write", ""},  // renamed twice
                     {NameOf::path, "splice-out", "splice-write", ""},
                     {NameOf::kind, "vec", "bvec", ""},
                     {NameOf::property, "no-uaf", "not-freed-while-in-use", ""}};
  renames.insert(renames.end(), more.begin(), more.end());
  const Counterexample example = parse(old, renames);
  CHECK(replay_counterexample(example, "x.toml", compiled(example)).problem == "");
}

TEST_CASE("without a line in the list of renamed names the user sees what is missing",
          "[counterexample]") {
  const Counterexample example = parse(format_1(kFormat1[0]));
  const Replay replay = replay_counterexample(example, "x.toml", renamed(compiled(example)));
  CHECK_FALSE(replay.reproduced);
  CHECK(replay.problem ==
        "step 1, splice 'splice-write/lock': no such step any more (`pincheck list steps`); it "
        "stands at 'new-splice-write/lock' (pipe_lock), which goes on with its only outcome");
}

TEST_CASE("replay says which step cannot be taken, where its actor stands, and why",
          "[counterexample]") {
  const std::string good = format_1(kFormat1[0]);
  const auto without = [&](const std::string& line) { return test::replaced(good, line, ""); };
  CHECK(replay_text_of(without("  { actor = \"splice\", step = \"nfs-write/list-pages\" },\n"))
            .problem ==
        "step 4, splice 'nfs-write/create-request: created': it stands at 'nfs-write/list-pages' "
        "(nfs_direct_write_schedule_iovec), which goes on with its only outcome");
  CHECK(replay_text_of(test::replaced(good, "outcome = \"SIGKILL\"", "outcome = \"SIGHUP\""))
            .problem ==
        "step 8, splice 'nfs-write/wait: SIGHUP': no such outcome any more, it has "
        "'completed', 'SIGKILL'");
  CHECK(replay_text_of(test::replaced(good, "outcome = \"SIGKILL\"", "outcome = \"completed\""))
            .problem ==
        "step 8, splice 'nfs-write/wait: completed': it has to wait: the request is "
        "not completed");
  const std::string last =
      "  { actor = \"splice/io\", step = \"nfs-write/send-data\", outcome = \"device reads the "
      "page\" },\n";
  CHECK(replay_text_of(without(last)).problem ==
        "every step is taken, and not-freed-while-in-use holds");
  CHECK(contains(replay_text_of(test::replaced(good, last, last + last)).problem,
                 "the run ended before it"));
}

TEST_CASE("a violation elsewhere than recorded is not the one recorded", "[counterexample]") {
  Counterexample example = parse(format_1(kFormat1[0]));
  const System system = compiled(example);
  example.breaks_at = "nfs-write/send-data";
  CHECK(replay_counterexample(example, "x.toml", system).reproduced);
  example.breaks_at = "nfs-write/rpc";
  CHECK(replay_counterexample(example, "x.toml", system).problem ==
        "not-freed-while-in-use is violated at 'nfs-write/send-data', not at 'nfs-write/rpc'");
}

TEST_CASE("what a changed model has broken is found again", "[counterexample]") {
  const Counterexample old = parse(format_1(kFormat1[0]));
  const System changed = renamed(compiled(old));
  REQUIRE_FALSE(replay_counterexample(old, "x.toml", changed).reproduced);
  const auto again = refind(old, changed, {});
  REQUIRE(again);
  CHECK(replay_counterexample(*again, "x.toml", changed).problem == "");
  CHECK(again->schedule.size() == old.schedule.size() + 1);  // do_exit was added
  CHECK(again->schedule.front().step == "new-splice-write/lock");

  Counterexample safe = old;
  safe.convention = as_far_as(test::convention("find-pages-own-get"), old.scenario);
  CHECK_FALSE(refind(safe, compiled(safe), {}));
}

TEST_CASE("the same thing found twice has the same name, another thing another one",
          "[counterexample]") {
  Counterexample one = parse(format_1(kFormat1[0]));
  Counterexample two = one;
  two.seed = 99;
  two.scenario.title = "another title";
  two.convention.name = "mine";
  CHECK(file_name_of(one) == file_name_of(two));
  CHECK(file_name_of(one).starts_with("not-freed-while-in-use-"));
  two.schedule.pop_back();
  CHECK(file_name_of(one) != file_name_of(two));
  two = one;
  two.scenario.pages[0].backing = Backing::anon;
  CHECK(file_name_of(one) != file_name_of(two));
}

}  // namespace pincheck::counterexample
