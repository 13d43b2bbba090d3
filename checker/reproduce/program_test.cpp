// SPDX-License-Identifier: MIT
// What programs do about one thing each.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "checker/generate/generate.hpp"
#include "checker/reproduce/faults.hpp"
#include "checker/reproduce/helpers.hpp"
#include "checker/reproduce/layout.hpp"
#include "checker/reproduce/route.hpp"
#include "checker/reproduce/runtime.hpp"
#include "checker/reproduce/timing.hpp"
#include "checker/testing/program_support.hpp"

namespace pincheck::reproduce {

using test::contains;
using test::program_of;

namespace {

/// What this code says, with the helpers that it uses.
std::string said_by(const std::string& code) {
  const test::Folder folder;
  folder.write("x.c", std::string(reproduce::includes()) + "enum { kPage = 4096, kRing = 16 };\n" +
                          reproduce::helpers_for(code) + code);
  const std::string command =
      "cd '" + folder.path("") +
      "' && gcc -std=gnu17 -O2 -Wall -Wextra -Werror -Wno-unused -static -pthread -o x x.c && "
      "timeout 20 ./x >said";
  REQUIRE(std::system(command.c_str()) == 0);
  return test::contents(folder.path("said"));
}

}  // namespace

TEST_CASE("what was read is looked for where it was read to, or nowhere", "[reproduce]") {
  const auto of = [](const char* backing, const char* kind) {
    return program_of(fmt::format(
        R"(name = "s"
page = [{{ name = "a", backing = "{0}" }}, {{ name = "b", backing = "{0}" }}]
actor = [{{ name = "read", path = "direct-read", caller = "legacy", kind = "{1}", pages = ["b", "a"] }},
         {{ name = "kswapd", path = "reclaim", pages = ["b"] }}]
)",
        backing, kind));
  };
  const std::string check = "check_memory(\"read\", page_b";
  CHECK(contains(of("file", "ubuf"), check));
  CHECK(contains(of("anon", "bvec"), check));
  const std::string cached = of("file", "bvec");
  CHECK_FALSE(contains(cached, "check_memory"));
  CHECK(contains(cached, "acts on other pages"));
  CHECK(contains(cached, "anon_page(NULL, 8192, 'b')"));
  CHECK(contains(cached, "memset(own + 4096, 'a', 4096)"));
}

TEST_CASE("a killed actor has the others' memory, and its files are its own", "[reproduce]") {
  const std::string code = R"(
static int ends[2], memory;
static void* act(void* of) {
  struct actor* me = of;
  memory = 1;
  begin(me);
  for (;;) pause();
  return NULL;
}
int main(void) {
  static struct actor one;
  make_pipe(ends);
  start_child(&one, act);
  close(ends[0]);
  wait_begun(&one);
  const int open = write(ends[1], "x", 1) == 1;
  signal(SIGPIPE, SIG_IGN);
  kill_child(&one);
  if (memory == 1 && open && one.killed && write(ends[1], "x", 1) < 0) puts("as it should be");
  return 0;
}
)";
  CHECK(said_by(code) == "as it should be\n");
}

TEST_CASE("who is killed first is killed first, and its pipe goes with it", "[reproduce]") {
  const auto killed = [](std::uint64_t seed) {
    return test::any_program(test::scenario(R"(name = "s"
page = [{ name = "a", backing = "anon" }, { name = "b", backing = "anon" }]
pipe = [{ name = "p", holds = ["a"] }, { name = "q", holds = ["b"] }]
actor = [{ name = "one", path = "splice-write", caller = "nfs-write", pipe = "p" },
         { name = "two", path = "splice-write", caller = "nfs-write", pipe = "q" }]
)"),
                             test::convention("get-put"), seed)
        .value();
  };
  int crossed = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    const std::string text = killed(seed);
    const auto step_of = [&](const char* word, const char* name) {
      const auto at = text.rfind(fmt::format("{}(&actors[{}]", word, name));
      return at == std::string::npos ? -1 : static_cast<long>(at);
    };
    const bool both = step_of("kill_child", "0") > 0 && step_of("kill_child", "1") > 0;
    if (!both) continue;
    const bool one_first = step_of("start_child", "0") < step_of("start_child", "1");
    CHECK(contains(text, one_first ? "close_pipe(pipe_q);  // it goes with two"
                                   : "close_pipe(pipe_p);  // it goes with one"));
    const bool one_dies_first = step_of("kill_child", "0") < step_of("kill_child", "1");
    crossed += one_first != one_dies_first ? 1 : 0;
  }
  CHECK(crossed > 0);
}

TEST_CASE("TCP is a connection, whatever sends", "[reproduce]") {
  const std::string text = program_of(R"(name = "s"
page = [{ name = "a", backing = "file" }, { name = "b", backing = "file" }]
pipe = [{ name = "p", holds = ["b"] }]
actor = [{ name = "send", path = "sendfile", caller = "tcp", pages = ["a"] },
         { name = "splice", path = "splice-write", caller = "tcp", pipe = "p" }]
)");
  CHECK(contains(text, "sendfile(link[0], cache_fd, &from, 4096)"));
  CHECK(contains(text, "splice(pipe_p[0], NULL, link[0], NULL, kRegion"));
  CHECK(contains(text, "drain(link[1])"));
  CHECK_FALSE(contains(text, "tcp_path"));
  CHECK_THROWS_WITH(reproduce::target_words("tcp"), Catch::Contains("internal error"));
}

TEST_CASE("no helper is called as what a scenario names", "[reproduce]") {
  for (const auto& group : {reproduce::helpers_to_prepare(), reproduce::helpers_to_act()})
    for (const reproduce::Helper& helper : group)
      for (const auto prefix :
           {reproduce::kPagePrefix, reproduce::kPipePrefix, reproduce::kRunPrefix}) {
        INFO(helper.name);
        CHECK_FALSE(helper.name.starts_with(prefix));
      }
  const test::Folder folder;
  folder.write("x.c", program_of(R"(name = "s"
page = [{ name = "out", backing = "file" }, { name = "cached", backing = "zero" }]
actor = [{ name = "round", path = "direct-read", caller = "bio", kind = "ubuf", pages = ["out"] },
         { name = "aio", path = "direct-write", caller = "bio", kind = "ubuf", pages = ["cached"] },
         { name = "child", path = "reclaim", pages = ["out"] }]
)"));
  CHECK(test::compiles(folder.path("")));
}

TEST_CASE("vmsplice makes one buffer of a page", "[reproduce]") {
  const std::string text = program_of(R"(name = "s"
page = [{ name = "a", backing = "anon" }]
pipe = [{ name = "p" }]
actor = [{ name = "in", path = "vmsplice", pages = ["a"], pipe = "p" }]
)");
  CHECK(contains(text, "parts[] = {{page_a, 4096}};"));
}

TEST_CASE("zeros are written as C has them", "[reproduce]") {
  const std::string text = program_of(R"(name = "s"
page = [{ name = "z", backing = "zero" }]
[[actor]]
name = "out"
path = "direct-write"
caller = "bio"
kind = "bvec"
async = true
pages = ["z"]
)");
  CHECK(contains(text, "own = anon_page(NULL, 4096, 0)"));
  CHECK(text.find('\0') == std::string::npos);
}

TEST_CASE("what the kernel reads as a module is open for reading only", "[reproduce]") {
  const std::string text = program_of(R"(name = "s"
page = [{ name = "k", backing = "kernel" }]
actor = [{ name = "read", path = "direct-read", caller = "bio", kind = "kvec", pages = ["k"] }]
)");
  CHECK(contains(text, "open_file(bio_path, O_RDONLY | O_DIRECT)"));
  CHECK(contains(text, "errno == ENOEXEC"));
  CHECK(contains(text, "a regular one"));
}

TEST_CASE("only a call that did something drives its path", "[reproduce]") {
  const std::string code = R"(
int main(void) {
  const struct actor failed = {.name = "f", .result = -ETXTBSY}, done = {.name = "d", .result = 1};
  tell_path(&failed, "bio", "kvec");
  tell_path(&done, "bio", "ubuf");
  return 0;
}
)";
  CHECK(said_by(code) == "f may not have come to bio\nDRIVES bio ubuf\n");
}

TEST_CASE("a dirty page stays dirty while others are made clean", "[reproduce]") {
  const std::string text = program_of(R"(name = "s"
page = [{ name = "a", backing = "file", dirty = true }, { name = "b", backing = "file" }]
actor = [{ name = "flusher", path = "writeback", pages = ["a"] },
         { name = "cut", path = "truncate", pages = ["b"] }]
)");
  const auto clean = text.find("cache_page(cache_fd, 4096, 4096, 'b', 0)");
  REQUIRE(clean != std::string::npos);
  CHECK(text.find("cache_page(cache_fd, 0, 4096, 'a', 1)", clean) != std::string::npos);
}

TEST_CASE("an asynchronous call has not returned before its completion", "[reproduce]") {
  const Scenario s = test::scenario(R"(name = "s"
page = [{ name = "a", backing = "file", dirty = true }]
[[actor]]
name = "read"
path = "direct-read"
caller = "nfs-read"
kind = "ubuf"
async = true
pages = ["a"]
[[actor]]
name = "flusher"
path = "writeback"
pages = ["a"]
)");
  const System system = test::compiled(s, test::convention("get-put")).value();
  Run run(system);
  std::vector<Choice> schedule;
  const auto take = [&](int thread) {
    const auto* const next = std::ranges::find(run.choices(), thread, &Choice::thread);
    REQUIRE(next != run.choices().end());
    schedule.push_back(*next);
    run.take(schedule.back());
  };
  while (!run.world().request[0].has(kReturned)) take(0);
  while (!run.world().request[0].has(kDeviceDone)) take(1);
  REQUIRE_FALSE(run.world().request[0].has(kCompleted));
  take(2);
  const story::Story story = story::tell(s, system, "any", moves_of(system, schedule), 0);
  const reproduce::Turn flusher = reproduce::turns(story, system).at(1);
  REQUIRE(flusher.waits.size() == 1);
  CHECK(flusher.waits[0].stage == reproduce::Stage::completing);
}

TEST_CASE("the page cache's file is where its iterator comes from", "[reproduce]") {
  const std::string ceph = R"(name = "s"
page = [{ name = "a", backing = "file" }, { name = "b", backing = "file" }]
[[actor]]
name = "read"
path = "direct-read"
caller = "ceph"
kind = "xarray"
pages = ["a"]
)";
  const std::string text = program_of(ceph + R"([[actor]]
name = "user"
path = "direct-read"
caller = "ceph"
kind = "ubuf"
pages = ["b"]
)");
  CHECK(contains(text, "cache_path = argument(argc, argv, \"cephcache\")"));
  CHECK(contains(text, "ceph_path = argument(argc, argv, \"ceph\")"));
  CHECK_THROWS_WITH(program_of(ceph + R"([[actor]]
name = "local"
path = "direct-read"
caller = "bio"
kind = "xarray"
pages = ["b"]
)"),
                    Catch::Contains("actor 'local': its pages are of") &&
                        Catch::Contains("expected those of one file"));
}

TEST_CASE("a local cache is written to by a cold read", "[reproduce]") {
  const std::string text = program_of(R"(name = "s"
page = [{ name = "a", backing = "file" }]
actor = [{ name = "w", path = "direct-write", caller = "bio", kind = "xarray", pages = ["a"] }]
)");
  CHECK_FALSE(contains(text, "pwrite(cache_fd, data"));
  const auto begins = text.find("begin(me);");
  CHECK(text.find("n += pread(cache_fd, data, 4096, 0);", begins) != std::string::npos);
  CHECK_FALSE(contains(text, "fail(\"read\")"));
}

TEST_CASE("a large folio lies where a file may have one, beside its neighbours", "[reproduce]") {
  const Scenario s = test::scenario(R"(name = "s"
page = [{ name = "a", backing = "file" }, { name = "large", backing = "file", order = 2 },
        { name = "b", backing = "file", order = 1 }]
[[actor]]
name = "w"
path = "direct-write"
caller = "bio"
kind = "ubuf"
pages = ["a", "large", "b"]
)");
  const reproduce::Layout layout = reproduce::lay_out(s, test::model().kinds);
  for (const reproduce::PagePlace& page : layout.pages) CHECK(page.offset % page.bytes == 0);
  CHECK(layout.adjacent({0, 1, 2}));
  CHECK(layout.bytes >= layout.pages[2].offset + layout.pages[2].bytes);
}

TEST_CASE("every path has a route from user space", "[reproduce]") {
  const Kinds& kinds = test::model().kinds;
  for (const Path& path : paths()) {
    INFO(path.name);
    const bool io = (path.needs & kNeedsCaller) != 0;
    const bool of_kind = (path.needs & kNeedsKind) != 0;
    ActorSpec actor;
    actor.name = "it";
    actor.path = path.name;
    actor.caller = io ? "bio" : "";
    actor.kind = of_kind ? "ubuf" : "";
    const bool listed = of_kind || (path.needs & kNeedsPages) != 0;
    if (listed) actor.pages = {0};
    if ((path.needs & kNeedsPipe) != 0) actor.pipe = 0;
    if ((path.needs & kNeedsPipe2) != 0) actor.pipe2 = 1;
    Scenario s;
    s.name = "one";
    const auto& backings = of_kind ? find_kind(kinds, "ubuf")->backings : path.backings_of(actor);
    if (listed) s.pages = {PageSpec{"a", backings.at(0)}};
    s.pipes = {PipeSpec{"p", {}}, PipeSpec{"q", {}}};
    s.actors = {actor};
    reproduce::Route route;
    CHECK_NOTHROW(route =
                      reproduce::route_of(s, actor, reproduce::lay_out(s, kinds), kinds, "s.toml"));
    CHECK_FALSE(route.turn.empty());
  }
}

TEST_CASE("every outcome that the environment chooses has a way to it", "[reproduce]") {
  Catalogue all;
  const auto add = [&](const Scenario& s, const Convention& under) {
    try {
      compile(s, under, test::model(), all);
    } catch (const NotStated&) {
    }
  };
  for (const Convention& under : shipped_conventions(test::model().kinds)) {
    for (const Scenario& s : shipped_scenarios(test::model().kinds)) add(s, under);
    for (std::uint64_t seed = 1; seed <= 100; ++seed)
      add(generate::generate_scenario(test::model().kinds, seed), under);
  }
  int faults = 0;
  for (const Catalogue::Entry& entry : all.entries()) {
    if (!entry.fault) continue;
    ++faults;
    INFO(entry.step << ": " << entry.outcome);
    CHECK_FALSE(reproduce::way_to(entry.step, entry.outcome).empty());
  }
  CHECK(faults > 20);
  CHECK(reproduce::way_to("legacy/get-block", "hole").starts_with("user space can"));
  CHECK(reproduce::way_to("splice-read/move-to-pipe", "short read").starts_with("user space can"));
}

}  // namespace pincheck::reproduce
