// SPDX-License-Identifier: MIT
// Each property is violated where it should be, and holds next door.
#include <catch2/catch.hpp>

#include <set>

#include "checker/explain/explain.hpp"
#include "checker/test_support.hpp"

namespace pincheck {
namespace {

struct PropertyCase {
  std::string property;
  std::string bad_scenario, bad_convention;
  std::string good_scenario, good_convention;
};

const std::vector<PropertyCase> kCases{
    {"pin-unpin-balanced", "s4-direct-to-pipe", "easy-fix", "s4-direct-to-pipe", "get-put"},
    {"get-put-balanced", "row9a-conditional-drop", "find-pages-always-put",
     "row9a-conditional-drop", "find-pages"},
    {"not-freed-while-pinned", "row10-xarray-reclaim", "pin-everywhere", "row7-xarray-in-ceph",
     "pin-everywhere"},
    {"not-freed-while-in-use", "s3-splice-to-nfs-killed", "find-pages", "s3-splice-to-nfs-killed",
     "find-pages-own-get"},
    {"no-refcount-on-kernel-pages", "s8-slab-over-tcp", "get-put", "s8-slab-over-tcp",
     "linux-6.12"},
    {"no-overflow", "overflow-by-pins", "linux-6.12", "overflow-by-pins", "linux-6.1"},
    {"no-dirty-after-clean", "s5-reclaim-under-dio", "linux-6.1", "s5-reclaim-under-dio",
     "linux-6.12"},
    {"pin-covers-io", "row2-nfs-pin-dropped", "hubbard-v2", "row2-nfs-pin-dropped",
     "pin-everywhere-3"},
    {"no-late-pin", "s10-late-pin-legacy", "hubbard-v2", "s10-late-pin-legacy", "find-pages"},
    {"not-written-back-while-pinned", "row10-writeback-during-dma", "linux-6.12",
     "row10-writeback-during-dma", "linux-6.1"},
    {"stable-under-dma", "row10-writeback-during-dma", "linux-6.1", "row10-writeback-during-dma",
     "linux-6.12"},
    {"not-refused", "s2-splice-to-nfs", "hubbard-v1", "s2-splice-to-nfs", "easy-fix"},
};

/// Shipped scenarios do not reach these; guards_test.cpp does, and the two below.
const std::set<std::string> kElsewhere{"freeze-sound", "dirty-not-lost", "completes"};

bool violated(const std::string& scenario, const std::string& convention,
              const std::string& property) {
  const auto result =
      test::run(find_scenario(scenario, test::model().kinds), test::convention(convention), 4000);
  return test::violates(result, property);
}

}  // namespace

TEST_CASE("each property is violated where it should be and holds next door", "[properties]") {
  std::set<std::string> covered = kElsewhere;
  for (const PropertyCase& one : kCases) {
    INFO(one.property);
    CHECK(violated(one.bad_scenario, one.bad_convention, one.property));
    CHECK_FALSE(violated(one.good_scenario, one.good_convention, one.property));
    covered.insert(one.property);
  }
  for (const Property& property : properties()) {
    INFO(property.name);
    CHECK(covered.contains(std::string(property.name)));
  }
}

TEST_CASE("completes: folio locks taken in opposite orders", "[properties]") {
  const std::string pages = R"(name = "abba"
page = [{ name = "a", backing = "file" }, { name = "b", backing = "file" }]
)";
  const auto actor = [](const std::string& order) {
    return "[[actor]]\npath = \"direct-read\"\ncaller = \"ceph\"\nkind = \"xarray\"\npages = [" +
           order + "]\n";
  };
  const Convention c = test::convention("linux-6.1");
  const std::string ab = R"("a", "b")";
  const std::string ba = R"("b", "a")";
  CHECK(test::violates(test::run(test::scenario(pages + actor(ab) + actor(ba)), c), "completes"));
  CHECK_FALSE(
      test::violates(test::run(test::scenario(pages + actor(ab) + actor(ab)), c), "completes"));
}

TEST_CASE("dirty-not-lost: NFS never dirties a large folio", "[properties]") {
  const auto result = [](int order) {
    const Scenario s = test::scenario(R"(
name = "large-folio"
page = [{ name = "f", backing = "file", order = )" +
                                      std::to_string(order) + R"( }]
actor = [{ path = "direct-read", caller = "nfs-read", kind = "ubuf", pages = ["f"] },
         { path = "writeback", pages = ["f"] }])");
    return test::run(s, test::convention("linux-6.12"), 10000);
  };
  CHECK(test::violates(result(1), "dirty-not-lost"));
  CHECK_FALSE(test::violates(result(0), "dirty-not-lost"));
}

TEST_CASE("a large folio: the wrong release shows in _pincount, not in _refcount", "[properties]") {
  const Scenario s = test::scenario(R"(
name = "large-folio"
page = [{ name = "f", backing = "file", order = 1 }]
actor = [{ path = "direct-write", caller = "bio", kind = "ubuf", pages = ["f"] }])");
  Convention c = test::convention("linux-6.12");
  CHECK(test::run(s, c).violated == 0);
  for (RowEntry& entry : c.rows)
    if (entry.caller == "bio" && entry.kind == "ubuf") entry.row.release = Drop::put;
  const auto result = test::run(s, c);
  CHECK(test::violates(result, "pin-unpin-balanced"));
  CHECK_FALSE(test::violates(result, "not-freed-while-in-use"));
}

TEST_CASE("the sentence of a violation names who, what and the counts", "[properties]") {
  Catalogue catalogue;
  const Scenario s = find_scenario("s2-splice-to-nfs", test::model().kinds);
  const System system = compile(s, test::convention("hubbard-v1-diff"), test::model(), catalogue);
  const int property = property_index("pin-unpin-balanced");
  const Story story =
      tell(s, system, "hubbard-v1-diff", test::shrunk(system, property, 500), property);
  CHECK(explain(story, system).sentence ==
        "unpin_user_page() by splice on page a, which it had only gotten: 4 -> -1020; the page "
        "cache, a PTE and a pipe buffer still hold it");
  CHECK(story.steps.size() == 6);
}

}  // namespace pincheck
