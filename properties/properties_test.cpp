// SPDX-License-Identifier: MIT
// Properties that no shipped scenario shows, and what is said of a violation. The others are
// violated, and hold next door, where explain/golden/ says.
#include <catch2/catch.hpp>

#include "checker/explain/explain.hpp"
#include "checker/testing/test_support.hpp"

namespace pincheck {

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
  const story::Story story =
      story::tell(s, system, "hubbard-v1-diff", test::shrunk(system, property, 500), property);
  CHECK(explain::explain(story, system).sentence ==
        "unpin_user_page() by splice on page a, which it had only gotten: 4 -> -1020; the page "
        "cache, a PTE and a pipe buffer still hold it");
  CHECK(story.steps.size() == 6);
}

}  // namespace pincheck
