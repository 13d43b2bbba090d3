// SPDX-License-Identifier: MIT
// Files: what is written reads back, and counterexamples replay.
#include <catch2/catch.hpp>

#include "checker/generate/generate.hpp"
#include "checker/testing/forall.hpp"
#include "shrinkers/scenario.hpp"

namespace pincheck {

TEST_CASE("a generated scenario reads back from its own text", "[files]") {
  const auto reads_back = [](const Scenario& s) {
    return parse_scenario(write_scenario(s, ""), "s.toml", test::model().kinds) == s;
  };
  test::forall(100, [&] {
    const Scenario s = *test::scenarios();
    RC_ASSERT(reads_back(s));
    for (const Scenario& simpler : shrinkers::simpler(s, shrinkers::Keep::nothing))
      RC_ASSERT(reads_back(simpler));
  });
}

TEST_CASE("a shipped convention reads back from its own text", "[files]") {
  for (const Convention& c : shipped_conventions(test::model().kinds)) {
    const Convention again =
        parse_convention(write_convention(c, ""), "c.toml", test::model().kinds);
    INFO(c.name);
    CHECK(write_convention(again, "") == write_convention(c, ""));
    CHECK(again.rows.size() == c.rows.size());
    for (const RowEntry& entry : c.rows) {
      const Row* row = again.find(entry.caller, entry.kind, Direction::dest);
      REQUIRE(row != nullptr);
      CHECK(*row == entry.row);
    }
  }
}

TEST_CASE("rows may differ by direction", "[files]") {
  const Convention c = parse_convention(R"(
name = "by-direction"
[callers.bio.ubuf]
dest = { extract = "pin" }
source = { extract = "get" }
)",
                                        "c.toml", test::model().kinds);
  CHECK(c.find("bio", "ubuf", Direction::dest)->extract == Take::pin);
  CHECK(c.find("bio", "ubuf", Direction::source)->extract == Take::get);
  const Convention again = parse_convention(write_convention(c, ""), "c.toml", test::model().kinds);
  CHECK(again.find("bio", "ubuf", Direction::source)->extract == Take::get);
}

TEST_CASE("the generator's seeds mean the same scenarios for ever", "[files]") {
  std::string text;
  for (std::uint64_t seed = 1; seed <= 50; ++seed)
    text += write_scenario(generate::generate_scenario(test::model().kinds, seed), "");
  std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a
  for (const unsigned char c : text) hash = (hash ^ c) * 1099511628211ULL;
  INFO("a change of the generator changes this number: say so in the commit");
  CHECK(hash == 3010281835580224652ULL);
}

TEST_CASE("a shrunk schedule cannot lose a step", "[files]") {
  Catalogue catalogue;
  const Scenario s = find_scenario("s5-reclaim-under-dio", test::model().kinds);
  const System system = compile(s, test::convention("linux-6.1"), test::model(), catalogue);
  const int p = property_index("no-dirty-after-clean");
  const Moves moves = test::shrunk(system, p, 5000);
  REQUIRE(replay(system, moves, p).has_value());
  for (std::size_t i = 0; i < moves.size(); ++i) {
    Moves fewer = moves;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    if (const auto outcome = replay(system, fewer, p)) CHECK(outcome->size() >= moves.size());
  }
}

}  // namespace pincheck
