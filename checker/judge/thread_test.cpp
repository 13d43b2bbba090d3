// SPDX-License-Identifier: MIT
// What the thread claimed (corpus/README.md), and a table of what those claims come to, as the
// model shows it.
#include <catch2/catch.hpp>

#include <iterator>
#include <map>
#include <sstream>

#include "checker/testing/test_support.hpp"

namespace pincheck::judge {
namespace {

using test::model;

/// One word per verdict: what is violated first, by the property's code.
std::string verdict_of(const std::string& scenario, const std::string& convention, bool chk) {
  Convention c = test::convention(convention);
  c.reclaim_tests_pins = chk;
  Scenario s = find_scenario(scenario, model().kinds);
  s.reclaim_tests_pins.reset();
  Catalogue catalogue;
  const Cell cell = judge(s, c, model(), catalogue, {{1, 3000, 0}}, nullptr);
  if (cell.verdict == Verdict::holds) return "ok";
  if (cell.verdict == Verdict::not_stated) return "-";
  if (cell.verdict == Verdict::refused) return "REFUSED";
  for (std::size_t i = 0; i < properties().size(); ++i)
    if ((cell.answer() >> i & 1) != 0) return std::string(properties()[i].code);
  return "?";
}

const std::vector<std::string> kColumns{
    "get-put",          "hubbard-v1",       "easy-fix",       "hubbard-v2", "pin-everywhere-1",
    "pin-everywhere-2", "pin-everywhere-3", "pin-everywhere", "find-pages", "find-pages-own-get",
    "hellwig-6sep",     "hellwig-22sep",    "mainline-6.5"};

struct TableRow {
  std::string scenario;
  std::string without_chk;
  std::string with_chk;  ///< empty: the same
};

// A verdict for each of kColumns.
const std::vector<TableRow> kTable{
    {"s2-splice-to-nfs", "ok REFUSED ok ok ok ok ok ok ok ok ok ok ok", ""},
    {"s3-splice-to-nfs-killed", "ok REFUSED ok ok ok ok ok ok INUSE ok ok ok ok", ""},
    {"s3-tmp-page", "ok REFUSED ok ok ok ok ok ok INUSE ok ok ok ok", ""},
    {"s4-direct-to-pipe", "ok REFUSED UNPIN UNPIN ok ok ok ok INUSE INUSE ok INUSE ok", ""},
    {"s5-reclaim-under-dio",
     "STRIP STRIP STRIP STRIP STRIP STRIP STRIP STRIP STRIP STRIP STRIP STRIP STRIP",
     "STRIP ok ok ok ok ok ok ok ok ok ok ok ok"},
    {"s5n-reclaim-under-nfs",
     "STRIP STRIP STRIP STRIP STRIP STRIP STRIP STRIP STRIP STRIP STRIP STRIP STRIP",
     "STRIP STRIP STRIP STRIP STRIP STRIP ok ok ok STRIP STRIP STRIP STRIP"},
    {"s6-legacy-bvec", "ok REFUSED UNPIN ok ok ok ok ok ok ok ok ok ok", ""},
    {"s8-slab-over-tcp",
     "INUSE INUSE INUSE INUSE INUSE INUSE INUSE INUSE INUSE INUSE INUSE INUSE REFUSED", ""},
    {"s9-async-creator-bio",
     "INUSE INUSE INUSE INUSE INUSE INUSE INUSE ok INUSE INUSE INUSE INUSE INUSE", ""},
    {"s9-async-creator-legacy", "ok REFUSED UNPIN ok ok ok ok ok INUSE INUSE INUSE INUSE INUSE",
     ""},
    {"s9-async-creator-fuse", "ok REFUSED ok ok ok ok ok ok INUSE INUSE INUSE INUSE INUSE", ""},
    {"s9-async-creator-nfs", "ok REFUSED ok ok ok ok ok ok INUSE ok ok ok ok", ""},
    {"s9-async-creator-ceph", "ok ok ok ok ok ok ok ok INUSE INUSE ok ok ok", ""},
    {"s10-late-pin-legacy", "ok REFUSED ok ok ok ok ok ok ok ok ok ok ok",
     "ok REFUSED LATE LATE LATE LATE LATE LATE ok ok ok ok ok"},
    {"s10-late-pin-nfs", "ok REFUSED ok ok ok ok ok ok ok ok ok ok ok",
     "ok REFUSED ok LATE ok LATE LATE LATE ok ok ok ok ok"},
    {"s11-nfs-to-pipe-killed", "ok REFUSED ok ok ok ok ok ok INUSE ok ok ok ok", ""},
};

std::vector<std::string> words(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

}  // namespace

TEST_CASE("the table comes out of the model, with the reclaim switch both ways", "[thread]") {
  for (const TableRow& row : kTable) {
    for (const bool chk : {false, true}) {
      const auto expected = words(chk && !row.with_chk.empty() ? row.with_chk : row.without_chk);
      REQUIRE(expected.size() == kColumns.size());
      for (std::size_t c = 0; c < kColumns.size(); ++c) {
        INFO(row.scenario << " under " << kColumns[c] << (chk ? ", chk" : ", no chk"));
        CHECK(verdict_of(row.scenario, kColumns[c], chk) == expected[c]);
      }
    }
  }
}

TEST_CASE("the zero-page switch changes no verdict of the table", "[thread]") {
  for (const TableRow& row : kTable) {
    for (const auto& name : {"hubbard-v2", "pin-everywhere", "mainline-6.5"}) {
      Convention c = test::convention(name);
      const Scenario s = find_scenario(row.scenario, model().kinds);
      const auto one = test::run(s, c, 500).violated;
      c.zero_pins_are_noops = !c.zero_pins_are_noops;
      INFO(row.scenario << " under " << name);
      CHECK(test::run(s, c, 500).violated == one);
    }
  }
}

TEST_CASE("the zero page: pins are counted or not, and leak when only the unpin knows",
          "[thread]") {
  const Scenario s = test::scenario(R"(
name = "zero"
page = [{ name = "z", backing = "zero" }]
actor = [{ path = "direct-write", caller = "legacy", kind = "ubuf", pages = ["z"] }])");
  Convention c = test::convention("pin-everywhere");
  for (const bool noop : {false, true}) {
    c.zero_pins_are_noops = c.page_pins_skip_zero = noop;
    CHECK(test::run(s, c).violated == 0);
  }
  c.page_pins_skip_zero = false;  // pin_user_page has no zero-page rule, unpin_user_page has one
  CHECK(test::violates(test::run(s, c), "pin-unpin-balanced"));
}

TEST_CASE("row 2: three different defects in the same patch", "[thread]") {
  CHECK(verdict_of("s2-splice-to-nfs", "hubbard-v1", false) == "REFUSED");
  CHECK(verdict_of("s2-splice-to-nfs", "hubbard-v1-diff", false) == "UNPIN");
  const auto diff = test::run(find_scenario("s2-splice-to-nfs", model().kinds),
                              test::convention("hubbard-v1-diff"));
  CHECK(test::violates(diff, "not-freed-while-in-use"));  // the count underflows
  CHECK(verdict_of("row2-nfs-pin-dropped", "hubbard-v1", false) == "COVER");
}

TEST_CASE("row 9a: a release that does not ask puts what nobody got", "[thread]") {
  CHECK(verdict_of("row9a-conditional-drop", "find-pages", false) == "ok");
  CHECK(verdict_of("row9a-conditional-drop", "find-pages-always-put", false) == "PUT");
}

TEST_CASE("row 9a: asking a dead iterator for its kind is asking too late", "[thread]") {
  Convention c = test::convention("easy-fix");
  const Scenario s = find_scenario("s9-async-creator-fuse", model().kinds);
  CHECK(test::run(s, c).violated == 0);
  for (RowEntry& entry : c.rows)
    if (entry.caller == "fuse") entry.row.decide = Decide::release;
  CHECK(test::violates(test::run(s, c), "pin-unpin-balanced"));
}

TEST_CASE("row 9b: synchronous creators are safe, asynchronous ones are not", "[thread]") {
  CHECK(verdict_of("row9b-sync-creator", "find-pages", false) == "ok");
  CHECK(verdict_of("s9-async-creator-bio", "find-pages", false) == "INUSE");
  CHECK(verdict_of("s3-splice-to-nfs-killed", "find-pages", false) == "INUSE");  // sync, killed
}

TEST_CASE("row 9c: a receiver that reports success early", "[thread]") {
  CHECK(verdict_of("row9c-early-success", "find-pages", false) == "INUSE");
  CHECK(verdict_of("row9c-early-success", "find-pages-own-get", false) == "ok");
  CHECK(verdict_of("s8-slab-over-tcp", "find-pages-own-get", false) == "INUSE");
}

TEST_CASE("row 10: references and pins do not hold writeback back, and each has its price",
          "[thread]") {
  CHECK(verdict_of("row10-writeback-during-dma", "get-put", true) == "WBDMA");
  CHECK(verdict_of("row10-writeback-during-dma", "mainline-6.5", true) == "WBPIN");
  CHECK(verdict_of("row10-xarray-reclaim", "find-pages", true) == "INUSE");
  Catalogue catalogue;
  const Scenario s = find_scenario("s2-splice-to-nfs", model().kinds);
  const std::map<std::string, double> cost{
      {"get-put", 4}, {"hubbard-v2", 4}, {"pin-everywhere", 2}, {"find-pages", 0}};
  for (const auto& [name, operations] : cost) {
    INFO(name);
    CHECK(operations_per_page(s, compile(s, test::convention(name), model(), catalogue)) ==
          operations);
  }
}

TEST_CASE("every shipped verdict is what its convention declares", "[thread]") {
  Catalogue catalogue;
  for (const Scenario& s : shipped_scenarios(model().kinds)) {
    for (const Convention& c : shipped_conventions(model().kinds)) {
      const Cell cell = judge(s, c, model(), catalogue, {{3, 3000, 0}}, nullptr);
      INFO(s.name << " under " << c.name << ": found " << property_names(cell.surprises())
                  << ", missing " << property_names(cell.missing()));
      CHECK(cell.as_expected());
    }
  }
}

}  // namespace pincheck::judge
