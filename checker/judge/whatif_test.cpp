// SPDX-License-Identifier: MIT
// Conventions nobody ships: every way to take with every way to drop, for each caller and kind. A
// pair that matches is never out of balance, and one that does not always is.
#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "checker/testing/forall.hpp"

namespace pincheck::judge {
namespace {

constexpr int kSchedules = 1000;

std::string scenario_text(const std::string& caller, const std::string& kind,
                          const std::string& backing, bool async) {
  return fmt::format(R"(name = "what-if"
page = [{{ name = "a", backing = "{}" }}, {{ name = "b", backing = "{}" }}]
actor = [{{ path = "{}", caller = "{}", kind = "{}", pages = ["a", "b"], async = {} }}])",
                     backing, backing, caller == "nfs-read" ? "direct-read" : "direct-write",
                     caller, kind, async);
}

search::SearchResult run_row(const std::string& scenario, const std::string& caller,
                             const std::string& kind, const std::string& row) {
  const Convention c =
      parse_convention(fmt::format("name = \"c\"\n[callers.{}]\n{} = {{ {} }}", caller, kind, row),
                       "c.toml", test::model().kinds);
  return test::run(test::scenario(scenario), c, kSchedules);
}

bool unbalanced(const search::SearchResult& result) {
  return test::violates(result, "get-put-balanced") || test::violates(result, "pin-unpin-balanced");
}

struct Pair {
  const char* take;
  const char* drop;
  bool matches;
};

const std::vector<Pair> kPairs{
    {"none", "none", true},        {"none", "put", false},       {"none", "unpin", false},
    {"none", "as-acquired", true}, {"get", "none", false},       {"get", "put", true},
    {"get", "unpin", false},       {"get", "as-acquired", true}, {"pin", "none", false},
    {"pin", "put", false},         {"pin", "unpin", true},       {"pin", "as-acquired", true},
};

/// When such a row may drop: every path by which a request ends comes to one release for each.
std::vector<std::string> times_of(const std::string& caller, const Pair& pair) {
  const std::string drop = pair.drop;
  const bool none = drop == "none" || (drop == "as-acquired" && pair.take == std::string("none"));
  if (caller == "legacy" || none) return {""};
  if (caller == "tcp") return {"", ", when = \"after-submit\""};
  return {"", ", when = \"after-submit\"", ", when = \"deferred\""};
}

/// Reads by a caller under a row, and writeback of what is read.
search::SearchResult read_and_flush(const std::string& caller, bool async, const std::string& row) {
  const std::string scenario = fmt::format(R"(name = "flushed"
page = [{{ name = "f", backing = "file" }}]
actor = [{{ path = "direct-read", caller = "{}", kind = "ubuf", pages = ["f"], async = {} }},
         {{ path = "writeback", pages = ["f"] }}])",
                                           caller, async);
  return run_row(scenario, caller, "ubuf", row);
}

}  // namespace

TEST_CASE("what if: extraction and release, every caller and kind", "[whatif]") {
  for (const auto& caller : {"bio", "legacy", "nfs-read", "nfs-write", "fuse", "ceph", "tcp"}) {
    for (const auto& [kind, backing] :
         {std::pair{"ubuf", "anon"}, std::pair{"iovec", "file"}, std::pair{"bvec", "pipe"},
          std::pair{"xarray", "file"}, std::pair{"folioq", "file"}}) {
      for (const bool async : {false, true}) {
        if (async && !find_caller(caller)->may_be_async) continue;
        for (const Pair& pair : kPairs)
          for (const std::string& when : times_of(caller, pair)) {
            const std::string row =
                fmt::format("extract = \"{}\", release = \"{}\"{}", pair.take, pair.drop, when);
            INFO(caller << " " << kind << (async ? " async " : " sync ") << row);
            CHECK(unbalanced(run_row(scenario_text(caller, kind, backing, async), caller, kind,
                                     row)) != pair.matches);
          }
      }
    }
  }
}

TEST_CASE("what if: the request's own reference", "[whatif]") {
  for (const auto& caller : {"nfs-read", "nfs-write", "tcp", "legacy"}) {
    for (const Pair& pair : kPairs) {
      const std::string row = fmt::format(
          "extract = \"none\", request = \"{}\", request_release = \"{}\"", pair.take, pair.drop);
      INFO(caller << " " << row);
      CHECK(unbalanced(run_row(scenario_text(caller, "bvec", "pipe", false), caller, "bvec",
                               row)) != pair.matches);
    }
  }
}

TEST_CASE("what if: extraction's reference is handed over to the request", "[whatif]") {
  for (const auto& take : {"get", "pin"}) {
    const std::string row = fmt::format("extract = \"{}\", request = \"take-over\"", take);
    for (const auto& caller : {"nfs-read", "nfs-write"})
      CHECK(run_row(scenario_text(caller, "iovec", "anon", true), caller, "iovec", row).violated ==
            0);
  }
}

TEST_CASE("what if: a pin dropped before the device is done", "[whatif]") {
  for (const auto& caller : {"bio", "nfs-read", "fuse", "ceph"}) {
    const auto result = [&](const std::string& when) {
      return run_row(scenario_text(caller, "ubuf", "anon", true), caller, "ubuf",
                     "extract = \"pin\", when = \"" + when + "\"");
    };
    INFO(caller);
    CHECK(test::violates(result("after-submit"), "pin-covers-io"));
    CHECK(result("completion").violated == 0);
    CHECK(result("deferred").violated == 0);
  }
}

TEST_CASE("what if: pages are dirtied when they are released", "[whatif]") {
  for (const auto& caller : {"fuse", "ceph"})
    for (const bool async : {false, true})
      for (const auto& [when, lost] :
           {std::pair{"after-submit", true}, {"completion", false}, {"deferred", false}}) {
        INFO(caller << (async ? " async " : " sync ") << when);
        const auto result =
            read_and_flush(caller, async, fmt::format("extract = \"pin\", when = \"{}\"", when));
        CHECK(test::violates(result, "dirty-not-lost") == lost);
        CHECK_FALSE(unbalanced(result));
      }
}

TEST_CASE("what if: the iterator is asked after it died", "[whatif]") {
  for (const auto& caller : {"bio", "nfs-read", "fuse", "ceph"})
    for (const auto& when : {"completion", "deferred"}) {
      if (caller == std::string("bio") && when == std::string("deferred")) continue;  // no such row
      const auto rules = [&](const char* ask) {
        return parse_convention(
            fmt::format("name = \"c\"\n[callers.{}]\nbvec = {{ extract = \"none\" }}\n"
                        "ubuf.dest = {{ extract = \"pin\", ask = \"{}\"{} }}",
                        caller, ask,
                        when == std::string("deferred") ? ", when = \"deferred\"" : ""),
            "c.toml", test::model().kinds);
      };
      INFO(caller << " " << when);
      const Scenario s =
          test::scenario(R"(name = "asked"
page = [{ name = "f", backing = "file" }]
actor = [{ path = "direct-read", caller = ")" +
                         std::string(caller) + R"(", kind = "ubuf", pages = ["f"], async = true },
         { path = "writeback", pages = ["f"] }])");
      CHECK(unbalanced(test::run(s, rules("at-release"), kSchedules)));
      CHECK_FALSE(unbalanced(test::run(s, rules("at-extract"), kSchedules)));
    }
}

TEST_CASE("what if: bio_dirty_fn asks a dead iterator, too", "[whatif]") {
  Catalogue catalogue;
  const Convention c = parse_convention(R"(name = "c"
callers.bio.bvec = { extract = "none" }
callers.bio.ubuf = { extract = "pin", ask = "at-release" })",
                                        "c.toml", test::model().kinds);
  const System system = compile(test::scenario(R"(name = "read"
page = [{ name = "a", backing = "anon" }]
actor = [{ path = "direct-read", caller = "bio", kind = "ubuf", pages = ["a"] }])"),
                                c, test::model(), catalogue);
  int answers = 0;
  for (const Program& program : system.programs)
    for (const Step& step : program)
      for (const Outcome& outcome : step.outcomes)
        answers += step.name == "bio/release-deferred" &&
                           outcome.name.starts_with("dead iterator says nothing")
                       ? 1
                       : 0;
  CHECK(answers > 0);
}

TEST_CASE("what if: NFS sends nothing once the descriptor refused a request", "[whatif]") {
  for (const char* row : {"extract = \"get\", when = \"after-submit\", request = \"get\"",
                          "extract = \"pin\", request = \"take-over\"",
                          "extract = \"pin\", when = \"deferred\"", "extract = \"pin\""})
    for (const char* caller : {"nfs-read", "nfs-write"}) {
      const Convention c =
          parse_convention(fmt::format("name = \"c\"\n[callers.{}]\nubuf = {{ {} }}", caller, row),
                           "c.toml", test::model().kinds);
      Catalogue catalogue;
      const System system = compile(test::scenario(scenario_text(caller, "ubuf", "anon", true)), c,
                                    test::model(), catalogue);
      int refused = 0;
      test::forall(2000, [&] {
        test::DrawnChooser choose;
        Run run(system);
        bool was_refused = false;
        while (!run.ended()) {
          const Choice choice = run.choices().item[choose.number(0, run.choices().size - 1)];
          const Step& step = system.step_of(run.world(), choice.thread);
          was_refused = was_refused || step.outcomes[choice.outcome].name == "refused";
          RC_LOG() << caller << " " << row << ": " << step.name << '\n';
          RC_ASSERT(!was_refused || choice.thread == 0);
          run.take(choice);
        }
        run.finish();
        refused += was_refused ? 1 : 0;
        RC_ASSERT(!was_refused || run.violated() == 0);
      });
      CHECK(refused * test::kShare > 10);
    }
}

TEST_CASE("what if: user pages without any reference, and munmap", "[whatif]") {
  const std::string scenario = R"(name = "munmap"
page = [{ name = "a", backing = "anon" }]
actor = [{ path = "direct-read", caller = "bio", kind = "ubuf", pages = ["a"], async = true },
         { path = "munmap", pages = ["a"] }])";
  CHECK(test::violates(run_row(scenario, "bio", "ubuf", "extract = \"none\""),
                       "not-freed-while-in-use"));
  CHECK(run_row(scenario, "bio", "ubuf", "extract = \"get\"").violated == 0);
  CHECK(run_row(scenario, "bio", "ubuf", "extract = \"pin\"").violated == 0);
}

}  // namespace pincheck::judge
