// SPDX-License-Identifier: MIT
// A declaration covers what it is about, and nothing else.
#include "checker/judge/expectations.hpp"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "checker/testing/run_binary.hpp"
#include "checker/testing/test_support.hpp"

namespace pincheck::judge {
namespace {

const std::string kPage = "page = [{ name = \"a\", backing = \"file\", buffers = true }]\n";
const std::string kOthers = R"([[actor]]
path = "writeback"
pages = ["a"]
[[actor]]
path = "reclaim"
pages = ["a"]
)";

std::string read_by(const std::string& caller) {
  return fmt::format(
      "[[actor]]\npath = \"direct-read\"\ncaller = \"{}\"\nkind = \"ubuf\"\n"
      "pages = [\"a\"]\n",
      caller);
}

/// Gets are taken by both, and NFS is to blame.
Convention blaming_nfs(const std::string& where) {
  return parse_convention(
      "name = \"c\"\ncallers.bio.ubuf = { extract = \"get\" }\n"
      "callers.nfs-read.ubuf = { extract = \"get\" }\n"
      "[[expect]]\nproperty = \"no-dirty-after-clean\"\nreason = \"r\"\n" +
          where,
      "c.toml", test::model().kinds);
}

/// Whether reclaim's stripping of buffers is a surprise.
bool surprises(const Convention& c, const std::string& scenario, std::uint64_t states = 0) {
  Catalogue catalogue;
  const Scenario s = test::scenario("name = \"s\"\n" + scenario);
  const Cell cell = judge(s, c, test::model(), catalogue, {{1, 4000, 0}, states}, nullptr);
  REQUIRE(test::violates(cell.result, "no-dirty-after-clean"));
  return (cell.surprises() >> property_index("no-dirty-after-clean") & 1) != 0;
}

const std::string kNfs = "callers = [\"nfs-read\"]";

}  // namespace

TEST_CASE("a declaration about one caller does not cover another", "[expect]") {
  CHECK_FALSE(surprises(blaming_nfs(kNfs), kPage + read_by("nfs-read") + kOthers));
  CHECK(surprises(blaming_nfs(kNfs), kPage + read_by("bio") + kOthers));
}

TEST_CASE("nor what another does beside it", "[expect]") {
  const std::string both = kPage + read_by("nfs-read") + read_by("bio") + kOthers;
  CHECK(surprises(blaming_nfs(kNfs), both));
  CHECK(surprises(blaming_nfs(kNfs), both, kVerdictStates));
  CHECK_FALSE(surprises(blaming_nfs("callers = [\"nfs-read\", \"bio\"]"), both));
}

TEST_CASE("nothing covers a scenario that takes a check out", "[expect]") {
  const std::string scenario =
      "without = [\"reclaim/pin-check\"]\n" + kPage + read_by("nfs-read") + kOthers;
  for (const std::string& where : {kNfs, std::string("scenarios = [\"s\"]")})
    CHECK(surprises(blaming_nfs(where), scenario));
}

TEST_CASE("callers and scenarios together cover where both hold", "[expect]") {
  const std::string nfs = kPage + read_by("nfs-read") + kOthers;
  CHECK_FALSE(surprises(blaming_nfs(kNfs + "\nscenarios = [\"s\"]"), nfs));
  CHECK(surprises(blaming_nfs(kNfs + "\nscenarios = [\"t\"]"), nfs));
  const Declared all =
      declared(blaming_nfs(kNfs + "\nscenarios = [\"s\"]"), test::scenario("name = \"s\"\n" + nfs));
  CHECK(all.required == all.covered);
}

TEST_CASE("reasons are those of what is violated and covered", "[expect]") {
  const PropertySet stripped = set_of(PropertyId::no_dirty_after_clean);
  const Convention convention = blaming_nfs("callers = [\"nfs-read\"]\n");
  const std::string read = "name = \"t\"\n" + kPage;
  CHECK(reasons(convention, test::scenario(read + read_by("nfs-read")), stripped) ==
        std::vector<std::string>{"r"});
  CHECK(reasons(convention, test::scenario(read + read_by("nfs-read")), 0).empty());
  CHECK(reasons(convention, test::scenario(read + read_by("bio")), stripped).empty());
}

TEST_CASE("an expect that can cover nothing is refused", "[expect]") {
  const test::Folder folder;
  const auto status = [&](const std::string& expect, const std::string& scenario) {
    const auto rules = folder.write("c.toml",
                                    "name = \"c\"\nbased_on = \"get-put\"\n[[expect]]\n"
                                    "property = \"completes\"\nreason = \"r\"\n" +
                                        expect);
    const auto done = test::pincheck({"verdicts", "--schedules", "9", "--convention", rules,
                                      "--scenario", folder.write("s.toml", scenario)});
    return std::pair(done.status, done.err);
  };
  const std::string nfs = "name = \"s\"\n" + kPage + read_by("nfs-read") + kOthers;
  const auto [blamed, why] = status("scenarios = [\"s\"]\ncallers = [\"bio\"]", nfs);
  CHECK(blamed == 2);
  CHECK_THAT(why, Catch::Contains("none of its callers takes part, expected"));
  const auto [taken_out, reason] =
      status("scenarios = [\"s\"]", "without = [\"reclaim/pin-check\"]\n" + nfs);
  CHECK(taken_out == 2);
  CHECK_THAT(reason, Catch::Contains("takes a check out"));
}

}  // namespace pincheck::judge
