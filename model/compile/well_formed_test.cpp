// SPDX-License-Identifier: MIT
// Every part of a scenario counts or is refused.
#include "model/compile/well_formed.hpp"

#include <fmt/format.h>
#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>

#include "checker/generate/generate.hpp"
#include "checker/testing/forall.hpp"
#include "model/compile/matters.hpp"
#include "shrinkers/scenario.hpp"

namespace pincheck {
namespace {

const std::string kPage = "page = [{ name = \"a\", backing = \"file\" }]\n";
const std::string kAnon = "page = [{ name = \"a\", backing = \"anon\" }]\n";

std::string file_page(const std::string& flag) {
  return "page = [{ name = \"a\", backing = \"file\", " + flag + " = true }]\n";
}

std::string actor(const std::string& path, const std::string& more = "pages = [\"a\"]") {
  return fmt::format("[[actor]]\npath = \"{}\"\n{}\n", path, more);
}

std::string io(const std::string& path, const std::string& caller, const std::string& kind,
               const std::string& more = "pages = [\"a\"]") {
  return actor(path, fmt::format("caller = \"{}\"\nkind = \"{}\"\n{}", caller, kind, more));
}

/// The message that refuses the scenario; empty when it is taken.
std::string refusal(const std::string& text) {
  try {
    test::scenario("name = \"s\"\n" + text);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

struct Said {
  bool dirty = false;
  bool faults = false;
  bool writes_back = false;
};

/// What the actor's programs have to do with a page's flags.
Said said_by(const Scenario& scenario) {
  // Only the newest kernel has ITER_FOLIOQ.
  const bool newest = scenario.actors[0].kind == "folioq";
  const std::string convention = newest ? "linux-6.12" : "pin-everywhere";
  Catalogue catalogue;
  const System system = compile(scenario, test::convention(convention), test::model(), catalogue);
  Said said;
  for (const Program& program : system.programs)
    for (const Step& step : program)
      for (const Outcome& outcome : step.outcomes) {
        for (const Test& test : outcome.when) {
          if (test.ask == Ask::pte_has)
            said.dirty = said.dirty || (pte_flags_of(test) & (kPteDirty | kPteWritable)) != 0;
          if (test.ask != Ask::page_has) continue;
          said.dirty = said.dirty || (test.arg & kDirty) != 0;
          said.faults = said.faults || (test.arg & kStable) != 0;
        }
        for (const Effect& effect : outcome.effects) {
          said.dirty = said.dirty || effect.op == Do::device_write || effect.op == Do::cpu_write;
          said.writes_back = said.writes_back || effect.op == Do::start_writeback;
        }
      }
  return said;
}

}  // namespace

TEST_CASE("what has no effect in a scenario is refused", "[well-formed]") {
  const std::string read = io("direct-read", "bio", "ubuf");
  const std::string two_pages =
      R"(page = [{ name = "a", backing = "file" }, { name = "b", backing = "anon" }]
)";
  const std::vector<std::pair<std::string, const char*>> all{
      {"asks = []\n" + kPage + read, "asks about nothing"},
      {"asks = [\"completes\", \"completes\"]\n" + kPage + read, "there twice"},
      {"without = [\"reclaim/pin-check\"]\n" + kPage + read, "no check that these actors make"},
      {"without = [\"fuse/dirty-at-release\"]\n" + kPage + io("direct-write", "fuse", "ubuf"),
       "no check that these actors make"},
      {"reclaim_tests_pins = true\n" + kPage + read, "expected with an actor of path reclaim"},
      {"reclaim_tests_pins = true\nwithout = [\"reclaim/pin-check\"]\n" + kPage + read +
           actor("reclaim"),
       "expected one of the two"},
      {"width = 8\n" + kAnon + read, "does not fit into 8 bits"},
      {"bias = 1024\nwidth = 10\n" + kAnon + read, "does not fit into 10 bits"},
      {"bias = 512\n" + kAnon + actor("munmap"), "nobody pins"},
      {two_pages + read, "no actor notices page 'b'"},
      {kPage + "pipe = [{ name = \"p\" }]\n" + read, "no actor notices pipe 'p'"},
      {two_pages + "pipe = [{ name = \"p\", holds = [\"a\", \"b\"] }]\n" + read,
       "no actor notices pipe 'p'"},
      {file_page("dirty") + io("direct-write", "bio", "ubuf"), "asks whether it is dirty"},
      {file_page("stable") + read, "expected actors that do, or no 'stable'"},
      {file_page("stable") + io("direct-write", "bio", "ubuf") + actor("writeback"), "no 'stable'"},
      {kAnon + "pipe = [{ name = \"p\" }]\n" +
           actor("vmsplice", "pages = [\"a\"]\npipe = \"p\"\ngift = true"),
       "pipe_buf_try_steal"},
      {kAnon + io("direct-read", "bio", "ubuf", "pages = [\"a\"]\nholds = \"by-kind\""),
       "no creator"},
      {kAnon + io("direct-read", "bio", "bvec", "pages = [\"a\"]\nuntil = \"submit\""),
       "expected with async = true"},
      {kAnon + io("direct-read", "bio", "bvec",
                  "pages = [\"a\"]\nholds = \"none\"\nasync = true\nuntil = \"submit\""),
       "holds nothing that it could let go"},
      {"page = [{ name = \"a\", backing = \"kernel\" }]\n" +
           io("direct-read", "bio", "kvec", "pages = [\"a\"]\nholds = \"get\""),
       "does not keep a kernel object"},
      {io("direct-read", "bio", "discard", "async = true"), "nothing is ever submitted"},
      {kPage + io("direct-read", "ceph", "xarray", "pages = [\"a\", \"a\"]"), "expected at most 1"},
      {kPage + actor("sendfile", "caller = \"bio\"\npages = [\"a\", \"a\"]"), "expected at most 1"},
      {kAnon + actor("munmap", "pages = [\"a\"]\nasync = false"), "takes no 'async'"},
  };
  for (const auto& [text, what] : all) {
    INFO(text);
    CHECK_THAT(refusal(text), Catch::Contains(what) && Catch::Contains("expected") &&
                                  Catch::Contains("test.toml:"));
  }
}

TEST_CASE("what has an effect is taken", "[well-formed]") {
  const std::string flags =
      R"(page = [{ name = "a", backing = "file", stable = true, dirty = true }]
)";
  CHECK(refusal(flags + io("direct-read", "bio", "ubuf") + actor("writeback")) == "");
  CHECK(refusal("without = [\"reclaim/pin-check\"]\n" + kPage + actor("reclaim")) == "");
  CHECK(refusal("without = []\nwidth = 11\n" + kAnon + io("direct-read", "bio", "ubuf")) == "");
  // What a pipe lacks that stays empty is for the verdict to say.
  CHECK(refusal(kPage + "pipe = [{ name = \"p\" }]\n" + actor("pipe-read", "pipe = \"p\"")) == "");
  // A pipe that nobody reads still holds its pages; a free page is there for who allocates.
  CHECK(refusal(kPage + "pipe = [{ name = \"p\", holds = [\"a\"] }]\n" + actor("truncate")) == "");
  CHECK(refusal("page = [{ name = \"a\", backing = \"pipe\" }]\npipe = [{ name = \"p\" }]\n" +
                actor("pipe-write", "pipe = \"p\"")) == "");
  CHECK(refusal("page = [{ name = \"a\", backing = \"file\", order = 1 }]\n" +
                io("direct-read", "ceph", "xarray", "pages = [\"a\", \"a\"]")) == "");
}

TEST_CASE("which flags matter to whom is what their programs say", "[well-formed]") {
  const Kinds& kinds = test::model().kinds;
  const auto compare = [&](const ActorSpec& spec) {
    Scenario s;
    s.name = "one";
    s.pages = {PageSpec{"a", Backing::file}};
    s.pipes = {PipeSpec{"p", {}}};
    s.actors = {spec};
    s.actors[0].name = "it";
    s.actors[0].pages = {0};
    if ((find_path(spec.path)->needs & kNeedsPipe) != 0) s.actors[0].pipe = 0;
    s = tidied(s, kinds);
    if (s.pages.empty() || problem(s, kinds)) return 0;
    Said said;
    try {
      said = said_by(s);
    } catch (const NotStated&) {
      return 0;
    }
    INFO(write_scenario(s, ""));
    CHECK(looks_at_dirty(s.actors[0]) == said.dirty);
    CHECK(faults_for_write(s.actors[0], kinds) == said.faults);
    CHECK(writes_back(s.actors[0], kinds) == said.writes_back);
    return 1;
  };
  int compared = 0;
  for (const Path& path : paths()) {
    std::vector<std::string> some_callers{""};
    std::vector<std::string> some_kinds{""};
    for (const Caller& caller : callers()) some_callers.emplace_back(caller.name);
    for (const Kind& kind : kinds) some_kinds.emplace_back(kind.name);
    for (const auto& caller : some_callers)
      for (const auto& kind : some_kinds)
        for (const bool async : {false, true}) {
          ActorSpec spec;
          spec.path = path.name;
          spec.caller = caller;
          spec.kind = kind;
          spec.async = async && !kind.empty();
          compared += compare(spec);
        }
  }
  CHECK(compared > 60);
}

TEST_CASE("generated scenarios and those that shrinking tries are well formed", "[well-formed]") {
  const Kinds& kinds = test::model().kinds;
  test::forall(100, [&] {
    const Scenario s = *test::scenarios();
    RC_ASSERT(!problem(s, kinds));
    RC_ASSERT(tidied(s, kinds) == s);
    for (const Scenario& one : shrinkers::simpler(s, shrinkers::Keep::nothing)) {
      RC_ASSERT(!problem(one, kinds));
      RC_ASSERT(shrinkers::parts(one) <= shrinkers::parts(s));
    }
  });
}

TEST_CASE("a scenario shrinks past what would be refused on the way", "[well-formed]") {
  const Scenario s = test::scenario("name = \"s\"\nwithout = [\"reclaim/pin-check\"]\n" +
                                    file_page("dirty") + actor("reclaim") + actor("munmap"));
  const auto all = shrinkers::sub_scenarios(s, shrinkers::Keep::nothing, 1000);
  REQUIRE(all);
  for (const Scenario& one : *all) CHECK_FALSE(problem(one, test::model().kinds));
  CHECK(all->front().actors.size() == 1);
  CHECK(all->front().without.empty());
}

}  // namespace pincheck
