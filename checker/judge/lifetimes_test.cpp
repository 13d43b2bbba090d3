// SPDX-License-Identifier: MIT
// Processes and what their exit gives back, writeback that ends by itself, and objects that are
// listed more than once. Every verdict is an exhaustive search's.
#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <set>

#include "checker/explore/explore.hpp"
#include "checker/testing/forall.hpp"

namespace pincheck::judge {
namespace {

Convention with_row(const std::string& caller, const std::string& kind, const std::string& row) {
  return parse_convention(
      fmt::format("name = \"c\"\n[callers.{}]\n{} = {{ {} }}", caller, kind, row), "c.toml",
      test::model().kinds);
}

bool violates(const std::string& text, const Convention& convention, std::string_view property) {
  Catalogue catalogue;
  const System system =
      compile(test::scenario("name = \"s\"\n" + text), convention, test::model(), catalogue);
  const explore::ExploreResult all = explore::explore(system, {});
  REQUIRE(all.finished());
  return (all.violated >> property_index(property) & 1) != 0;
}

bool violates(const std::string& text, const std::string& convention, std::string_view property) {
  return violates(text, test::convention(convention), property);
}

std::string actor(const std::string& path, const std::string& more) {
  return fmt::format("[[actor]]\npath = \"{}\"\n{}\n", path, more);
}

/// Steps and outcomes ("exit/close: last one") that some of many runs take.
std::set<std::string> taken(const std::string& text, const std::string& convention) {
  Catalogue catalogue;
  search::Visits visits;
  const System system = compile(test::scenario("name = \"s\"\n" + text),
                                test::convention(convention), test::model(), catalogue);
  visits.outcomes.resize(catalogue.entries().size());
  visits.meetings.resize(catalogue.meetings().size());
  search::search(system, {1, 5000, 0}, &visits);
  std::set<std::string> all;
  for (std::size_t i = 0; i < visits.outcomes.size(); ++i)
    if (visits.outcomes[i] > 0)
      all.insert(catalogue.entries()[i].step + ": " + catalogue.entries()[i].outcome);
  return all;
}

const std::string kRing = R"(
page = [{ name = "a", backing = "pipe" }]
pipe = [{ name = "r", holds = ["a"] }]
)";
/// The same beside an empty one.
const std::string kRings = R"(
page = [{ name = "a", backing = "pipe" }]
pipe = [{ name = "r", holds = ["a"] }, { name = "q" }]
)";
const std::string kSplice = actor("splice-write", "caller = \"nfs-write\"\npipe = \"r\"");
const std::string kFile = "page = [{ name = \"f\", backing = \"file\" }]\n";
const std::string kDirtyFile = "page = [{ name = \"f\", backing = \"file\", dirty = true }]\n";
const std::string kAnon = "page = [{ name = \"u\", backing = \"anon\" }]\n";

std::string on_f(const std::string& path) { return actor(path, "pages = [\"f\"]"); }

}  // namespace

TEST_CASE("the last close of a pipe frees it, whoever else had it open", "[lifetimes]") {
  const auto unsafe = [](const std::string& pipes, const std::string& more) {
    return violates(pipes + kSplice + more, "find-pages", "not-freed-while-in-use");
  };
  CHECK(unsafe(kRing, ""));
  CHECK(unsafe(kRings, actor("tee", "pipe = \"q\"\nto = \"r\"")));
  CHECK(unsafe(kRing, actor("pipe-write", "pipe = \"r\"")));
  CHECK_FALSE(violates(kRing + kSplice, "get-put", "not-freed-while-in-use"));
}

TEST_CASE("vmsplice, splice and death of one process", "[lifetimes]") {
  const std::string pipe = kAnon + "pipe = [{ name = \"r\" }]\n";
  const auto unsafe = [&](const char* process) {
    return violates(
        pipe + actor("vmsplice", fmt::format("pages = [\"u\"]\npipe = \"r\"\n{}", process)) +
            actor("splice-write", fmt::format("caller = \"nfs-write\"\npipe = \"r\"\n{}", process)),
        "find-pages", "not-freed-while-in-use");
  };
  CHECK(unsafe("process = \"p\""));
  CHECK(unsafe(""));
}

TEST_CASE("a process that exits leaves no mapping behind", "[lifetimes]") {
  const std::string write =
      kAnon + actor("direct-write", "caller = \"nfs-write\"\nkind = \"ubuf\"\npages = [\"u\"]");
  CHECK(violates(write, with_row("nfs-write", "ubuf", "extract = \"none\""),
                 "not-freed-while-in-use"));
  CHECK_FALSE(violates(write, "linux-6.12", "not-freed-while-in-use"));
}

TEST_CASE("what tasks share goes with the last of them", "[lifetimes]") {
  const std::string write = "caller = \"bio\"\nkind = \"ubuf\"\npages = [\"u\"]\n";
  const Convention bare = with_row("bio", "ubuf", "extract = \"none\"");
  // Synchronous: the task waits for its device, and so does the address space for the task.
  const std::string one = kAnon + actor("direct-write", write);
  CHECK_FALSE(violates(one, bare, "not-freed-while-in-use"));
  CHECK_FALSE(violates(one + actor("direct-write", write), bare, "not-freed-while-in-use"));
  CHECK(violates(one + actor("munmap", "pages = [\"u\"]"), bare, "not-freed-while-in-use"));
}

TEST_CASE("memory is of one process", "[lifetimes]") {
  const auto tasks = [](const char* process) {
    const std::string of = fmt::format("pages = [\"u\"]\nprocess = \"{}\"", process);
    return actor("store", of) + actor("munmap", of);
  };
  CHECK_NOTHROW(test::scenario("name = \"s\"\n" + kAnon + tasks("p") + tasks("p")));
  CHECK_THROWS_WITH(test::scenario("name = \"s\"\n" + kAnon + tasks("p") + tasks("q")),
                    Catch::Contains("share memory") && Catch::Contains("expected one process"));
  CHECK_THROWS_WITH(
      test::scenario("name = \"s\"\n" + kAnon + actor("store", "pages = [\"u\"]\nprocess = \"p\"")),
      Catch::Contains("no other actor is of process 'p'"));
}

TEST_CASE("nobody writes into a pipe without readers", "[lifetimes]") {
  const std::string one = "pipe = [{ name = \"r\" }]\n";
  const std::string two = "pipe = [{ name = \"r\" }, { name = \"q\" }]\n";
  const std::string reader = actor("pipe-read", "pipe = \"r\"");
  const std::string free = "page = [{ name = \"a\", backing = \"pipe\" }]\n";
  CHECK(
      taken(kAnon + one + reader + actor("vmsplice", "pages = [\"u\"]\npipe = \"r\""), "linux-6.12")
          .contains("vmsplice/lock: -EPIPE"));
  CHECK(taken(kFile + one + reader + actor("splice-read", "pages = [\"f\"]\npipe = \"r\""),
              "linux-6.12")
            .contains("splice-read/lock: -EPIPE"));
  CHECK(taken(free + one + reader + actor("pipe-write", "pipe = \"r\""), "linux-6.12")
            .contains("pipe-write/get-page: -EPIPE"));
  CHECK(taken(two + reader + actor("tee", "pipe = \"q\"\nto = \"r\""), "linux-6.12")
            .contains("tee/pipe-buf-get: -EPIPE"));
}

TEST_CASE("pipes are closed in any order, not in the scenario's", "[lifetimes]") {
  Convention rules = with_row("bio", "pipe", "extract = \"get\", release = \"unpin\"");
  const auto wrong = [&](const std::string& pipes) {
    return violates("page = [{ name = \"a\", backing = \"pipe\" }]\n" + pipes +
                        actor("splice-read", "caller = \"bio\"\npages = [\"a\"]\npipe = \"r\"") +
                        actor("tee", "pipe = \"q\"\nto = \"r\"") +
                        actor("tee", "pipe = \"r\"\nto = \"q\""),
                    rules, "pin-unpin-balanced");
  };
  CHECK(wrong("pipe = [{ name = \"r\" }, { name = \"q\", holds = [\"a\"] }]\n"));
  CHECK(wrong("pipe = [{ name = \"q\", holds = [\"a\"] }, { name = \"r\" }]\n"));
}

TEST_CASE("free_pipe_info frees tmp_page too", "[lifetimes]") {
  const std::string text = kRing + actor("pipe-read", "pipe = \"r\"");
  CHECK(taken(text, "linux-6.12").contains("exit/free-tmp-page: tmp_page"));
  Catalogue catalogue;
  const System system = compile(test::scenario("name = \"s\"\n" + text),
                                test::convention("linux-6.12"), test::model(), catalogue);
  Run run(system);
  while (!run.ended()) run.take(*run.choices().begin());
  CHECK(run.world().page[0].has(kFree));
}

TEST_CASE("after munmap no fault maps the page again", "[lifetimes]") {
  const std::string text =
      kFile + on_f("munmap") +
      actor("direct-read", "caller = \"bio\"\nkind = \"ubuf\"\npages = [\"f\"]") + on_f("store");
  const auto all = taken(text, "linux-6.12");
  CHECK(all.contains("bio/fault-lock: no VMA"));
  CHECK(all.contains("store/fault-lock: no VMA"));
  Catalogue catalogue;
  const System system = compile(test::scenario("name = \"s\"\n" + text),
                                test::convention("linux-6.12"), test::model(), catalogue);
  test::forall(2000, [&] {
    test::any_run(system, [](const Run& run) {
      const Pte& pte = run.world().pte[0][0];
      if (pte.has(kNoVma)) RC_ASSERT_FALSE(pte.has(kMapped));
    });
  });
}

TEST_CASE("only PG_writeback keeps a page that the flusher has queued", "[lifetimes]") {
  const auto unsafe = [](const std::string& check, const std::string& path) {
    return violates((check.empty() ? "" : "without = [\"" + check + "\"]\n") + kDirtyFile +
                        on_f("writeback") + on_f(path),
                    "linux-6.12", "not-freed-while-in-use");
  };
  CHECK(unsafe("truncate/wait-writeback", "truncate"));
  CHECK(unsafe("reclaim/writeback-check", "reclaim"));
  CHECK_FALSE(unsafe("", "truncate"));
  CHECK_FALSE(unsafe("", "reclaim"));
}

TEST_CASE("buffers that are dirty or under writeback stay", "[lifetimes]") {
  const std::string text =
      "page = [{ name = \"f\", backing = \"file\", buffers = true }]\n" +
      actor("direct-read", "caller = \"bio\"\nkind = \"ubuf\"\npages = [\"f\"]") +
      on_f("writeback") + on_f("reclaim");
  const std::string unchecked = "without = [\"reclaim/dirty-check\"]\n";
  CHECK_FALSE(violates(unchecked + text, "linux-6.12", "dirty-not-lost"));
  CHECK(violates("without = [\"reclaim/dirty-check\", \"reclaim/release-tests-dirty\"]\n" + text,
                 "linux-6.12", "dirty-not-lost"));
}

TEST_CASE("a write under writeback counts, whichever came first", "[lifetimes]") {
  // Writeback skips pinned pages here, so it can only have begun before the pin.
  Convention skips = test::convention("linux-6.12");
  skips.writeback_skips_pinned = true;
  const auto read = [](const char* caller) {
    return kDirtyFile +
           actor("direct-read",
                 fmt::format("caller = \"{}\"\nkind = \"ubuf\"\npages = [\"f\"]", caller)) +
           on_f("writeback");
  };
  CHECK(violates(read("bio"), skips, "not-written-back-while-pinned"));
  CHECK_FALSE(violates(read("bio"), skips, "stable-under-dma"));
  CHECK(violates(read("nfs-read"), skips, "stable-under-dma"));
  CHECK_FALSE(violates(read("nfs-read"), skips, "not-written-back-while-pinned"));
}

TEST_CASE("the zeroes of a hole are to be saved like what a device writes", "[lifetimes]") {
  const std::string text =
      kFile + actor("direct-read", "caller = \"legacy\"\nkind = \"ubuf\"\npages = [\"f\"]");
  CHECK(violates(text + on_f("writeback"), "linux-6.12", "dirty-not-lost"));
  CHECK(violates(text + on_f("writeback") + on_f("truncate"), "linux-6.12", "dirty-not-lost"));
  CHECK_FALSE(violates(text, "linux-6.12", "dirty-not-lost"));
}

TEST_CASE("the zero page has a holder, the kernel", "[lifetimes]") {
  const std::string write =
      "page = [{ name = \"z\", backing = \"zero\" }]\n" +
      actor("direct-write", "caller = \"bio\"\nkind = \"ubuf\"\npages = [\"z\"]");
  for (const char* property : {"not-freed-while-in-use", "get-put-balanced"}) {
    CHECK(violates(write, with_row("bio", "ubuf", "extract = \"none\", release = \"put\""),
                   property));
    CHECK_FALSE(violates(write, "linux-6.1", property));
    CHECK_FALSE(violates(write, "linux-6.12", property));
  }
}

TEST_CASE("a folio is locked once and an object freed once", "[lifetimes]") {
  const std::string folio = "page = [{ name = \"f\", backing = \"file\", order = 1 }]\n";
  const std::string twice = "caller = \"ceph\"\nkind = \"xarray\"\npages = [\"f\", \"f\"]\n";
  for (const char* path : {"direct-read", "direct-write"})
    for (const char* async : {"", "async = true\n"}) {
      std::string text = folio;
      text += actor(path, twice + async);
      CHECK_FALSE(violates(text, "linux-6.12", "completes"));
      CHECK_FALSE(violates(text, "linux-6.12", "get-put-balanced"));
    }
  const std::string object =
      "page = [{ name = \"o\", backing = \"kernel\" }]\n" +
      actor("direct-write", "caller = \"bio\"\nkind = \"kvec\"\npages = [\"o\", \"o\"]");
  CHECK_FALSE(violates(object, "linux-6.12", "not-freed-while-in-use"));
  CHECK_FALSE(violates(object, "linux-6.12", "get-put-balanced"));
}

}  // namespace pincheck::judge
