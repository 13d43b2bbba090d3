// SPDX-License-Identifier: MIT
// Adding an iterator kind is one file and one line in a list. Here both are in the test: a kind of
// our own is treated by a convention that states it and reported where one does not.
#include <catch2/catch.hpp>

#include "checker/generate/generate.hpp"
#include "checker/judge/campaign.hpp"
#include "checker/search/coverage.hpp"
#include "checker/testing/test_support.hpp"

namespace pincheck::judge {
namespace {

/// The new file: made-up "ITER_SCATTER", struct pages that its creator holds, taken one by one.
void extract_scatter(Builder& b, const Extraction& x) {
  const auto top = b.fresh("scatter");
  b.label(top);
  auto step = b.step("scatter-next", x.function);
  step.outcome("taken", {}, take_struct_page(x.take, Role::array), each_page(top, x.done));
  stops_here(step, "list is short", {}, x);
}

Kind scatter() {
  return {.name = "scatter",
          .symbol = "ITER_SCATTER",
          .summary = "struct pages of a made-up creator",
          .backings = {Backing::file, Backing::pipe},
          .creator_dest = Holds::get,
          .creator_source = Holds::get,
          .extract = extract_scatter};
}

/// The one line in a list.
Model with_scatter() {
  Model model = test::model();
  model.kinds.push_back(scatter());
  return model;
}

const std::string kScenario = R"(
name = "scatter"
page = [{ name = "a", backing = "pipe" }, { name = "b", backing = "pipe" }]
actor = [{ path = "direct-write", caller = "fuse", kind = "scatter", pages = ["a", "b"], async = true }])";

search::SearchResult judge_row(const std::string& row) {
  const Model model = with_scatter();
  const Convention c =
      parse_convention("name = \"c\"\n[callers.fuse]\nscatter = " + row, "c.toml", model.kinds);
  Catalogue catalogue;
  const Scenario s = parse_scenario(kScenario, "s.toml", model.kinds);
  return search::search(compile(s, c, model, catalogue), {1, 2000, 0}, nullptr);
}

}  // namespace

TEST_CASE("a new kind: shipped conventions report that they do not state it", "[kind]") {
  const Model model = with_scatter();
  const Scenario s = parse_scenario(kScenario, "s.toml", model.kinds);
  Catalogue catalogue;
  for (const Convention& c : shipped_conventions(model.kinds)) {
    const Cell cell = judge(s, c, model, catalogue, {{1, 10, 0}}, nullptr);
    CHECK(cell.verdict == Verdict::not_stated);
    CHECK(cell.not_stated ==
          "convention '" + c.name + "' does not say how 'fuse' treats 'scatter'");
  }
}

TEST_CASE("a new kind: a convention that states it gets verdicts", "[kind]") {
  CHECK(judge_row(R"({ extract = "none" })").violated == 0);
  CHECK(judge_row(R"({ extract = "get" })").violated == 0);
  CHECK(judge_row(R"({ extract = "pin" })").violated == 0);
  CHECK(
      test::violates(judge_row(R"({ extract = "get", release = "unpin" })"), "pin-unpin-balanced"));
  CHECK(test::violates(judge_row(R"({ extract = "pin", release = "put" })"), "pin-unpin-balanced"));
  CHECK(test::violates(judge_row(R"({ extract = "none", release = "put" })"), "get-put-balanced"));
  CHECK(test::violates(judge_row(R"({ extract = "get", release = "none" })"), "get-put-balanced"));
}

TEST_CASE("a new kind: the generator and the listings cover it", "[kind]") {
  const Model model = with_scatter();
  int drawn = 0;
  for (std::uint64_t seed = 1; seed <= 500; ++seed)
    for (const ActorSpec& actor : generate::generate_scenario(model.kinds, seed).actors)
      drawn += actor.kind == "scatter" ? 1 : 0;
  CHECK(drawn > 0);
  const Convention c = parse_convention(
      "name = \"c\"\n[callers.fuse]\nscatter = { extract = \"get\" }", "c.toml", model.kinds);
  Catalogue catalogue;
  search::list_everything({c}, model, catalogue);
  bool listed = false;
  for (const auto& entry : catalogue.entries()) listed |= entry.step == "fuse/scatter-next";
  CHECK(listed);
}

}  // namespace pincheck::judge
