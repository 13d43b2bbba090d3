// SPDX-License-Identifier: MIT
// The explanation of every property, as a whole story, held against golden/<property>.txt.
// PINCHECK_UPDATE_GOLDEN=1 writes those files.
#include "checker/explain/explain.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "checker/explore/sample.hpp"
#include "checker/explore/shortest.hpp"
#include "checker/minimize.hpp"
#include "checker/render/render.hpp"
#include "checker/story.hpp"

namespace pincheck {
namespace {

struct Golden {
  std::string file;  ///< the property, and what it shows where there are several
  std::string property;
  std::string convention;
  std::string scenario;  ///< the name of a shipped one, or TOML
};

const std::string kFile = R"(page = [{ name = "f", backing = "file" }]
)";
const std::string kRead = R"([[actor]]
name = "read"
path = "direct-read"
kind = "ubuf"
pages = ["f"]
)";
const std::string kWrite = R"([[actor]]
name = "write"
path = "direct-write"
caller = "nfs-write"
kind = "ubuf"
pages = ["f"]
)";
const std::string kFlush = R"([[actor]]
name = "flusher"
path = "writeback"
pages = ["f"]
)";
const std::string kReclaim = R"([[actor]]
name = "kswapd"
path = "reclaim"
pages = ["f"]
)";

/// Two requests that lock two pages in opposite orders.
const std::string kCrossed = R"(name = "crossed"
page = [{ name = "a", backing = "file" }, { name = "b", backing = "file" }]
[[actor]]
name = "up"
path = "direct-read"
caller = "ceph"
kind = "xarray"
pages = ["a", "b"]
[[actor]]
name = "down"
path = "direct-read"
caller = "ceph"
kind = "xarray"
pages = ["b", "a"]
)";

const std::vector<Golden> kGolden{
    {"pin-unpin-balanced", "pin-unpin-balanced", "hubbard-v1-diff", "s2-splice-to-nfs"},
    {"pin-unpin-balanced-left-over", "pin-unpin-balanced", "pin-everywhere",
     R"(name = "left-over"
without = ["nfs-write/release-request-on-error"]
page = [{ name = "a", backing = "anon" }, { name = "b", backing = "anon" }]
[[actor]]
name = "write"
path = "direct-write"
caller = "nfs-write"
kind = "iovec"
pages = ["a", "b"]
)"},
    {"get-put-balanced", "get-put-balanced", "find-pages-always-put", "row9a-conditional-drop"},
    {"get-put-balanced-left-over", "get-put-balanced", "linux-6.1",
     R"(name = "left-over"
without = ["bio/release-surplus"]
page = [{ name = "a", backing = "anon" }, { name = "b", backing = "anon" }]
[[actor]]
name = "write"
path = "direct-write"
caller = "bio"
kind = "iovec"
pages = ["a", "b"]
)"},
    {"not-freed-while-pinned", "not-freed-while-pinned", "pin-everywhere", "row10-xarray-reclaim"},
    {"not-freed-while-in-use", "not-freed-while-in-use", "find-pages", "s3-splice-to-nfs-killed"},
    {"not-freed-while-in-use-reused", "not-freed-while-in-use", "find-pages", "s3-tmp-page"},
    {"no-refcount-on-kernel-pages", "no-refcount-on-kernel-pages", "get-put", "s8-slab-over-tcp"},
    {"no-overflow", "no-overflow", "linux-6.12", "overflow-by-pins"},
    {"freeze-sound", "freeze-sound", "linux-6.12",
     "name = \"freeze\"\nwithout = [\"reclaim/freeze\"]\n" + kFile + kWrite + kReclaim},
    {"no-dirty-after-clean", "no-dirty-after-clean", "linux-6.1", "s5-reclaim-under-dio"},
    {"dirty-not-lost", "dirty-not-lost", "linux-6.12",
     "name = \"large\"\npage = [{ name = \"f\", backing = \"file\", order = 1 }]\n" + kRead +
         "caller = \"nfs-read\"\n" + kFlush},
    {"dirty-not-lost-freed", "dirty-not-lost", "linux-6.12",
     "name = \"freed\"\nwithout = [\"reclaim/dirty-recheck\"]\n" + kFile + kRead +
         "caller = \"nfs-read\"\n" + kFlush + kReclaim},
    {"pin-covers-io", "pin-covers-io", "hubbard-v2", "row2-nfs-pin-dropped"},
    {"no-late-pin", "no-late-pin", "hubbard-v2", "s10-late-pin-legacy"},
    {"not-written-back-while-pinned", "not-written-back-while-pinned", "linux-6.12",
     "row10-writeback-during-dma"},
    {"stable-under-dma", "stable-under-dma", "linux-6.1", "row10-writeback-during-dma"},
    {"not-refused", "not-refused", "hubbard-v1", "s2-splice-to-nfs"},
    {"completes", "completes", "linux-6.1", kCrossed},
};

Scenario scenario_of(const Golden& one) {
  const bool shipped = one.scenario.find('\n') == std::string::npos;
  return shipped ? find_scenario(one.scenario, test::model().kinds) : test::scenario(one.scenario);
}

/// The story of a shortest schedule, without actors that take no step.
Story story_of(const Golden& one) {
  const Scenario scenario = scenario_of(one);
  const Convention convention = test::convention(one.convention);
  const int property = property_index(one.property);
  Catalogue catalogue;
  const System system = compile(scenario, convention, test::model(), catalogue);
  const Shortest found = shortest(system, PropertySet{1} << property, {});
  INFO(one.file);
  REQUIRE(found.found != 0);
  Moves moves = moves_of(system, found.schedule[property]);
  const Scenario small = without_bystanders(scenario, moves);
  return tell(small, compile(small, convention, test::model(), catalogue), convention.name, moves,
              property);
}

std::string path_of(const Golden& one) {
  const char* root = std::getenv("PINCHECK_SOURCE_DIR");
  REQUIRE(root != nullptr);
  return std::string(root) + "/checker/explain/golden/" + one.file + ".txt";
}

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("every property has an explanation and a golden one", "[explain]") {
  std::set<std::string> told;
  for (const Golden& one : kGolden) told.insert(one.property);
  for (const Property& property : properties()) {
    INFO(property.name);
    CHECK(has_explanation(property.name));
    CHECK(told.contains(std::string(property.name)));
  }
}

TEST_CASE("explanations are as in the golden files", "[explain]") {
  for (const Golden& one : kGolden) {
    const Story story = story_of(one);
    const std::string text = story.scenario.name + " under " + story.convention + ": " +
                             one.property + "\n" + render_text(story, false);
    INFO(one.file);
    CHECK_FALSE(story.because.empty());
    for (const std::string& line : story.because) CHECK(line.size() <= 100);
    const std::string path = path_of(one);
    if (std::getenv("PINCHECK_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << text;
    CHECK(text == content(path));
  }
}

TEST_CASE("holders keep the step that took their reference", "[explain]") {
  const Story story = story_of({"", "pin-unpin-balanced", "hubbard-v1-diff", "s4-direct-to-pipe"});
  const auto since = [&](std::size_t steps) {
    std::string out;
    for (const Holder& one : holders_of(story, steps, 0))
      out += one.who + " " + std::to_string(one.since) + ";";
    return out;
  };
  CHECK(since(0).empty());
  CHECK(since(2) == "a pipe buffer 2;");
  CHECK(since(3) == "a pipe buffer 2;splice's get (extraction) 3;");
}

TEST_CASE("a livelock names the lock and who keeps it", "[explain]") {
  const auto keep = [](Builder& b) {
    b.step("lock", "folio_lock").outcome("", {!is::locked}, {to::lock});
  };
  const auto spin = [](Builder& b) {
    b.label("again");
    b.step("try", "folio_trylock")
        .outcome("busy", {is::locked}, {}, at("again"))
        .outcome("locked", {!is::locked}, {to::lock});
  };
  const System system = test::HandMade(1).actor({0}, keep).actor({0}, spin).system();
  Scenario scenario;
  scenario.pages = {{"a", Backing::file, 0, true, false, false, false}};
  scenario.actors.resize(2);
  scenario.actors[0].name = "keeper";
  scenario.actors[1].name = "spinner";
  const Livelock lock = find_livelock(system, std::size_t{64} << 20, nullptr);
  REQUIRE(lock.found);
  const Story story = tell_livelock(scenario, system, "", lock);
  CHECK(story.because ==
        std::vector<std::string>{"spinner goes round in (2) folio_trylock(), for the lock of page "
                                 "a, which keeper has held since (1)"});
}

TEST_CASE("every violation of generated scenarios is explained", "[explain]") {
  const auto conventions = shipped_conventions(test::model().kinds);
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const Scenario scenario = generate_scenario(test::model().kinds, seed);
    const Convention& convention = conventions[seed % conventions.size()];
    const auto system = test::compiled(scenario, convention);
    if (!system) continue;
    const SearchResult result = search(*system, {1, 200, 0}, nullptr);
    for (int property = 0; property < static_cast<int>(properties().size()); ++property) {
      const auto& found = result.violation[property].schedule;
      if (found.empty()) continue;
      const Story story =
          tell(scenario, *system, convention.name, moves_of(*system, found), property);
      INFO("seed " << seed << "\n" << render_text(story, false));
      CHECK_FALSE(story.because.empty());
    }
  }
}

}  // namespace pincheck
