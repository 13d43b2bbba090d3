// SPDX-License-Identifier: MIT
// Predictions are computed; these are what the kernel sources say they must come to.
#include "checker/predict/predict.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "checker/testing/run_binary.hpp"
#include "checker/testing/test_support.hpp"

namespace pincheck::predict {
namespace {

Prediction predicted(const std::string& name, const std::string& kernel) {
  const Case one = find_cases({name}, test::model().kinds).front();
  return predict(one, test::convention("linux-" + kernel), test::model());
}

RefCounts of_page(const std::string& name, const std::string& kernel) {
  return predicted(name, kernel).syscalls.front().per_page;
}

/// The page's counter before the call, and after each change.
std::vector<int> counters(const std::vector<RefChange>& changes) {
  std::vector<int> out;
  for (const RefChange& change : changes) {
    if (out.empty()) out.push_back(change.before);
    out.push_back(change.after);
  }
  return out;
}

constexpr const char* kCases = R"([scenario]
name = "t"

[[scenario.page]]
name = "a"
backing = "anon"

[[scenario.actor]]
path = "direct-write"
caller = "bio"
kind = "ubuf"
pages = ["a"]

[[case]]
name = "one"
program = "write ext4 anon"
syscalls = ["write"]
bytes = 4096
)";

}  // namespace

TEST_CASE("predict: direct I/O gets on 6.1 and pins on 6.12") {
  CHECK(of_page("ext4-write", "6.1") == RefCounts{1, 1, 0, 0, 0, 0});
  CHECK(of_page("ext4-write", "6.12") == RefCounts{0, 0, 1, 1, 1, 1});
  CHECK(of_page("nfs-write", "6.12") == RefCounts{2, 2, 0, 0, 0, 0});
}

TEST_CASE("predict: a page's counter, step by step") {
  const Prediction write = predicted("ext4-write", "6.12");
  CHECK(counters(write.syscalls[0].changes) == std::vector{1, 2, 1025, 1});
  const Prediction splice = predicted("ext4-splice", "6.12");
  REQUIRE(splice.syscalls.size() == 2);
  CHECK(counters(splice.syscalls[0].changes) == std::vector{2, 3, 4, 3});
  CHECK(counters(splice.syscalls[1].changes) == std::vector{3, 2});
}

TEST_CASE("predict: what a page holds between the calls, and while the device touches it") {
  const auto calls = predicted("ext4-vmsplice", "6.1").syscalls;
  REQUIRE(calls.size() == 2);
  CHECK(calls[0].held == 1);
  CHECK_FALSE(calls[0].in_flight);
  CHECK(calls[1].in_flight == 1);
  CHECK(calls[1].held == 0);
  CHECK(predicted("ext4-write", "6.1").syscalls[0].in_flight == 1);
  CHECK(predicted("ext4-write", "6.12").syscalls[0].in_flight == 1024);
  CHECK(predicted("nfs-write", "6.12").syscalls[0].in_flight == 1);
}

TEST_CASE("predict: pins of the zero page are not there") {
  CHECK(of_page("ext4-write-zero", "6.12") == RefCounts{});
  Convention before = test::convention("linux-6.12");
  before.zero_pins_are_noops = false;
  const Case one = find_cases({"ext4-write-zero"}, test::model().kinds).front();
  CHECK(predict(one, before, test::model()).syscalls[0].per_page == RefCounts{0, 0, 1, 1, 1, 1});
}

TEST_CASE("predict: whether pins made from a struct page count as acquired, the convention says") {
  CHECK(of_page("vfat-write", "6.12") == RefCounts{0, 0, 3, 3, 1, 3});
  const Case one = find_cases({"vfat-write"}, test::model().kinds).front();
  const Prediction v2 = predict(one, test::convention("hubbard-v2"), test::model());
  CHECK(v2.syscalls[0].per_page == RefCounts{0, 0, 3, 3, 3, 3});
}

TEST_CASE("predict: a convention that is written down keeps what it counts") {
  for (const std::string name : {"linux-6.12", "hubbard-v2"}) {
    const Convention one = test::convention(name);
    const Convention again = parse_convention(write_convention(one, ""), name, test::model().kinds);
    CHECK(again.page_pins_counted == one.page_pins_counted);
  }
}

TEST_CASE("predict: a registered buffer is pinned once") {
  for (const std::string kernel : {"6.1", "6.12"}) {
    const auto calls = predicted("ext4-fixed-write", kernel).syscalls;
    REQUIRE(calls.size() == 3);
    CHECK(calls[0].per_page == RefCounts{0, 0, 1, 0, 1, 0});
    CHECK(calls[1].per_page == RefCounts{});
    CHECK(calls[2].per_page == RefCounts{0, 0, 0, 1, 0, 1});
  }
}

TEST_CASE("predict: an unaligned buffer touches one page more") {
  CHECK(predicted("ext4-write", "6.12").of.pages() == 16);
  CHECK(predicted("ext4-write-unaligned", "6.12").of.pages() == 17);
}

TEST_CASE("predict: every case, on both kernels, leaves no page with a reference of its own") {
  std::set<std::string> names;
  for (const Case& one : shipped_cases(test::model().kinds)) {
    CHECK(names.insert(one.name).second);
    for (const std::string kernel : {"6.1", "6.12"}) {
      RefCounts sum;
      for (const auto& call : predicted(one.name, kernel).syscalls) {
        sum.pins += call.per_page.pins - call.per_page.unpins;
        sum.pin_released += call.per_page.pin_released - call.per_page.unpins;
      }
      CAPTURE(one.name, kernel);
      CHECK(sum == RefCounts{});
    }
  }
}

TEST_CASE("predict: bad input") {
  const test::Arguments command{"predict", "--convention", "linux-6.12"};
  test::check_changes(
      kCases, command,
      {{"[[case]]", "[[cases]]", "", "case"},
       {"bytes = 4096", "bytes = 0", "bytes = 0", "bytes"},
       {"bytes = 4096", "pages = 1", "pages = 1", "pages"},
       {"path = \"direct-write\"", "path = \"nowhere\"", "path = \"nowhere\"", "path"}});
  test::check_rejected({"predict", "nothing", "--convention", "linux-6.12"},
                       {"no case", "nothing"});
}

TEST_CASE("predict: one name for each system call") {
  const test::Folder folder;
  const std::string more = test::replaced(kCases, "[\"write\"]", "[\"write\", \"read\"]");
  test::check_rejected({"predict", folder.write("more.toml", more), "--convention", "linux-6.12"},
                       {"more.toml: case 'one'", "2 'syscalls', expected 1", "(direct-write-1)"});
  const std::string fixed =
      test::replaced(kCases, "kind = \"ubuf\"", "kind = \"bvec\"\nname = \"w\"\nholds = \"pin\"");
  test::check_rejected({"predict", folder.write("fixed.toml", fixed), "--convention", "linux-6.12"},
                       {"expected 3", "(w: creator takes, w, w: creator lets go)"});
}

TEST_CASE("predict: calls that violate a property end with it, and say where") {
  const auto done = test::pincheck({"predict", "nfs-splice", "--convention", "hubbard-v1-diff"});
  CHECK(done.status == 1);
  for (const char* part :
       {"splice-in: 32 gets, 16 puts", "5 -> -1019 nfs_direct_release_pages", "hubbard-v1-diff",
        "pin-unpin-balanced, by splice-out in nfs_direct_release_pages (nfs-write/release-array)"})
    CHECK(test::contains(done.out, part));
  CHECK_FALSE(test::contains(done.out, "splice-out: 32"));
  const auto alone = predict(find_cases({"nfs-splice"}, test::model().kinds).front(),
                             test::convention("hubbard-v1-diff"), test::model());
  REQUIRE(alone.violation);
  CHECK_FALSE(alone.whole());
  CHECK(counters(alone.violation->changes) == std::vector{3, 4, 5, -1019});
}

TEST_CASE("predict: one page in the scenario shows the same violation as two") {
  Case one = find_cases({"vfat-splice"}, test::model().kinds).front();
  const Prediction two = predict(one, test::convention("easy-fix"), test::model());
  one.scenario.pages.resize(1);
  one.scenario.actors[0].pages = {0};
  const Prediction alone = predict(one, test::convention("easy-fix"), test::model());
  REQUIRE(two.violation);
  REQUIRE(alone.violation);
  CHECK(alone.violation->step == two.violation->step);
  CHECK(alone.violation->changes == two.violation->changes);
  CHECK(alone.syscalls == two.syscalls);
}

TEST_CASE("predict: a violation after which all goes on leaves the numbers whole") {
  const Prediction write = predict(find_cases({"nfs-write"}, test::model().kinds).front(),
                                   test::convention("hubbard-v1"), test::model());
  REQUIRE(write.violation);
  CHECK(write.violation->property == "pin-covers-io");
  CHECK(write.violation->changes.empty());
  REQUIRE(write.whole());
  CHECK(write.syscalls[0].per_page == RefCounts{1, 1, 1, 1, 1, 1});
}

TEST_CASE("predict: a call that fails is said to, and is the last") {
  const Case one = find_cases({"nfs-splice-read"}, test::model().kinds).front();
  const Prediction refused = predict(one, test::convention("hubbard-v1"), test::model());
  REQUIRE(refused.syscalls.size() == 1);
  CHECK(refused.syscalls[0].fails);
  REQUIRE(refused.violation);
  CHECK(refused.violation->property == "not-refused");
  const test::Folder folder;
  std::string discard = test::replaced(kCases, "\"ubuf\"", "\"discard\"");
  discard = test::replaced(discard, "[[scenario.page]]\nname = \"a\"\nbacking = \"anon\"\n", "");
  discard =
      test::replaced(test::replaced(discard, "pages = [\"a\"]", ""), "direct-write", "direct-read");
  const auto done =
      test::pincheck({"predict", folder.write("d.toml", discard), "--convention", "linux-6.12"});
  CHECK(done.status == 0);
  CHECK(test::contains(done.out, "fails with an error"));
}

TEST_CASE("predict: a call that could only wait is refused") {
  const std::string reads = test::replaced(
      test::replaced(kCases, "path = \"direct-write\"\ncaller = \"bio\"\nkind = \"ubuf\"\n",
                     "path = \"pipe-read\"\n"),
      "pages = [\"a\"]", "pipe = \"ring\"");
  const std::string empty = test::replaced(reads, "[[scenario.actor]]",
                                           "[[scenario.pipe]]\nname = \"ring\"\n\n"
                                           "[[scenario.actor]]");
  const test::Folder folder;
  test::check_rejected({"predict", folder.write("e.toml", empty), "--convention", "linux-6.12"},
                       {"e.toml: case 'one': pipe-read-1", "could only wait"});
  const std::string full =
      test::replaced(empty, "name = \"ring\"", "name = \"ring\"\nholds = [\"a\"]");
  const auto done =
      test::pincheck({"predict", folder.write("f.toml", full), "--convention", "linux-6.12"});
  CHECK(done.status == 0);
}

TEST_CASE("predict: pages that are treated differently cannot stand for all") {
  const std::string unlike = test::replaced(
      test::replaced(kCases, "[[scenario.actor]]",
                     "[[scenario.page]]\nname = \"b\"\nbacking = \"zero\"\n\n[[scenario.actor]]"),
      "[\"a\"]", "[\"a\", \"b\"]");
  const test::Folder folder;
  test::check_rejected(
      {"predict", folder.write("unlike.toml", unlike), "--convention", "linux-6.12"},
      {"unlike.toml: case 'one'", "direct-write-1 treats pages 'a' and 'b' differently"});
}

}  // namespace pincheck::predict
