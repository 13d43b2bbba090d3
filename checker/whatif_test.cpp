// SPDX-License-Identifier: MIT
// Conventions nobody ships: every way to take with every way to drop, for each caller and kind. A
// pair that matches is never out of balance, and one that does not always is.
#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "checker/test_support.hpp"

namespace pincheck {
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

SearchResult run_row(const std::string& scenario, const std::string& caller,
                     const std::string& kind, const std::string& row) {
  const Convention c =
      parse_convention(fmt::format("name = \"c\"\n[callers.{}]\n{} = {{ {} }}", caller, kind, row),
                       "c.toml", test::model().kinds);
  return test::run(test::scenario(scenario), c, kSchedules);
}

bool unbalanced(const SearchResult& result) {
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

}  // namespace

TEST_CASE("what if: extraction and release, every caller and kind", "[whatif]") {
  for (const auto& caller : {"bio", "legacy", "nfs-read", "nfs-write", "fuse", "ceph", "tcp"}) {
    for (const auto& [kind, backing] :
         {std::pair{"ubuf", "anon"}, std::pair{"iovec", "file"}, std::pair{"bvec", "pipe"},
          std::pair{"xarray", "file"}, std::pair{"folioq", "file"}}) {
      for (const bool async : {false, true}) {
        if (async && !find_caller(caller)->may_be_async) continue;
        for (const Pair& pair : kPairs) {
          const std::string row =
              fmt::format("extract = \"{}\", release = \"{}\"", pair.take, pair.drop);
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

}  // namespace pincheck
