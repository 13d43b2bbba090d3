// SPDX-License-Identifier: MIT
// The bounded enumeration against code that knows nothing of how it works: all renamings by brute
// force, and what the random search draws.
#include "checker/generate/enumerate.hpp"

#include <fmt/format.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>
#include <stdexcept>
#include <unordered_set>

#include "checker/generate/generate.hpp"
#include "checker/testing/forall.hpp"
#include "shrinkers/scenario.hpp"

namespace pincheck::generate {
namespace {

struct Space {
  Kinds kinds;
  Bounds bounds;
};

Kind kind(std::string_view name) { return *find_kind(linux_kinds(), name); }

/// Small enough to hold; every bound counts in one of them. The random search needs a kind that
/// fits any pages, discard, to end.
const std::vector<Space>& spaces() {
  static const std::vector<Space> all{
      {linux_kinds(), {1, 1, 1, 3}},
      {linux_kinds(), {1, 2, 1, 2, 0}},
      {{kind("discard"), kind("kvec"), kind("folioq")}, {1, 3, 1, 3, 0}},
      {{kind("discard"), kind("kvec")}, {2, 2, 2, 1, 0}},
      {{kind("discard"), kind("bvec")}, {2, 2, 0, 2, 0}},
      {{kind("discard"), kind("xarray")}, {3, 1, 0, 1, 0}},
  };
  return all;
}

std::string text_of(const std::vector<int>& numbers, const std::vector<int>& to) {
  std::string text;
  for (const int number : numbers) text += static_cast<char>('a' + to[number]);
  return text;
}

/// The scenario without names, its pages and pipes numbered anew and its actors sorted.
std::string renamed(const Scenario& s, const std::vector<int>& pages, std::vector<int> pipes) {
  std::vector<std::string> page_texts(s.pages.size());
  for (std::size_t i = 0; i < s.pages.size(); ++i) {
    const PageSpec& p = s.pages[i];
    page_texts[pages[i]] = fmt::format("{}{}{:d}{:d}{:d}{:d}", static_cast<int>(p.backing), p.order,
                                       p.mapped, p.dirty, p.buffers, p.stable);
  }
  std::vector<std::string> pipe_texts(s.pipes.size());
  for (std::size_t i = 0; i < s.pipes.size(); ++i)
    pipe_texts[pipes[i]] = text_of(s.pipes[i].holds, pages);
  std::vector<std::string> actor_texts;
  pipes.insert(pipes.begin(), -1);  // for actors without one
  for (const ActorSpec& a : s.actors)
    actor_texts.push_back(fmt::format("{} {} {} {} {} {} {:d}{}{}", a.path, a.caller, a.kind,
                                      text_of(a.pages, pages), pipes[1 + a.pipe],
                                      pipes[1 + a.pipe2], a.async, static_cast<int>(a.holds),
                                      static_cast<int>(a.until)));
  std::sort(actor_texts.begin(), actor_texts.end());
  return fmt::format("{}|{}|{}", fmt::join(page_texts, ","), fmt::join(pipe_texts, ","),
                     fmt::join(actor_texts, ","));
}

/// The same for a scenario and all its renamings, and for no other.
std::string class_of(const Scenario& s) {
  std::string least;
  std::vector<int> pages(s.pages.size());
  std::iota(pages.begin(), pages.end(), 0);
  do {
    std::vector<int> pipes(s.pipes.size());
    std::iota(pipes.begin(), pipes.end(), 0);
    do {
      auto text = renamed(s, pages, pipes);
      if (least.empty() || text < least) least = std::move(text);
    } while (std::next_permutation(pipes.begin(), pipes.end()));
  } while (std::next_permutation(pages.begin(), pages.end()));
  return least;
}

void remove_page(Scenario& s, int page) {
  s.pages.erase(s.pages.begin() + page);
  const auto remove = [&](std::vector<int>& list) {
    list.erase(std::remove(list.begin(), list.end(), page), list.end());
    for (int& one : list) one -= one > page ? 1 : 0;
  };
  for (ActorSpec& actor : s.actors) remove(actor.pages);
  for (PipeSpec& pipe : s.pipes) remove(pipe.holds);
}

void remove_pipe(Scenario& s, int pipe) {
  s.pipes.erase(s.pipes.begin() + pipe);
  for (ActorSpec& actor : s.actors) {
    actor.pipe -= actor.pipe > pipe ? 1 : 0;
    actor.pipe2 -= actor.pipe2 > pipe ? 1 : 0;
  }
}

/// Without the pages and pipes that no actor can notice.
Scenario without_unused(Scenario s) {
  const auto contains = [](const std::vector<int>& all, int one) {
    return std::find(all.begin(), all.end(), one) != all.end();
  };
  const auto names = [](const ActorSpec& actor, int pipe) {
    return actor.pipe == pipe || actor.pipe2 == pipe;
  };
  const auto someone = [&](const auto& does) {
    return std::any_of(s.actors.begin(), s.actors.end(), does);
  };
  const auto is_named = [&](int pipe) {
    return someone([&](const ActorSpec& actor) { return names(actor, pipe); });
  };
  const bool allocated = someone([&](const ActorSpec& actor) {
    return actor.path == "pipe-write" ||
           std::any_of(actor.pages.begin(), actor.pages.end(),
                       [&](int page) { return s.pages[page].backing == Backing::pipe; });
  });
  for (int page = static_cast<int>(s.pages.size()) - 1; page >= 0; --page) {
    bool used = someone([&](const ActorSpec& actor) { return contains(actor.pages, page); });
    bool held = false;
    for (int pipe = 0; pipe < static_cast<int>(s.pipes.size()); ++pipe)
      if (contains(s.pipes[pipe].holds, page)) {
        held = true;
        used = used || is_named(pipe);
      }
    if (s.pages[page].backing == Backing::pipe && !held) used = used || allocated;
    if (!used) remove_page(s, page);
  }
  for (int pipe = static_cast<int>(s.pipes.size()) - 1; pipe >= 0; --pipe)
    if (s.pipes[pipe].holds.empty() && !is_named(pipe)) remove_pipe(s, pipe);
  return s;
}

bool is_within(const Scenario& s, const Bounds& bounds) {
  const auto size = static_cast<std::size_t>(bounds.slots);
  const Size all = size_of(s);
  return all.actors <= bounds.actors && all.pages <= bounds.pages && all.pipes <= bounds.pipes &&
         all.flags <= bounds.flags &&
         std::all_of(s.actors.begin(), s.actors.end(),
                     [&](const ActorSpec& actor) { return actor.pages.size() <= size; }) &&
         std::all_of(s.pipes.begin(), s.pipes.end(),
                     [&](const PipeSpec& pipe) { return pipe.holds.size() <= size; });
}

std::vector<Scenario> all_of(const Space& space) {
  std::vector<Scenario> all;
  Enumeration enumeration(space.kinds, space.bounds);
  while (auto scenario = enumeration.next()) all.push_back(std::move(*scenario));
  return all;
}

using Classes = std::unordered_set<std::string>;

/// All classes of a space; what is enumerated is valid, in order, and each class comes once.
Classes check_each(const Space& space) {
  constexpr std::uint64_t kEvery = 61;  // reading takes far longer than making
  Classes classes;
  Size before;
  Enumeration enumeration(space.kinds, space.bounds);
  while (const auto scenario = enumeration.next()) {
    const auto fail = [&](const char* why) { FAIL(why << "\n" << write_scenario(*scenario, "")); };
    const Size size = size_of(*scenario);
    if (size < before) fail("smaller than the one before");
    before = size;
    if (!is_within(*scenario, space.bounds)) fail("beyond the bound");
    if (without_unused(*scenario) != *scenario) fail("has parts that no actor can notice");
    if (!classes.insert(class_of(*scenario)).second) fail("a renaming of an earlier one");
    if (enumeration.produced() % kEvery == 0 &&
        test::scenario(write_scenario(*scenario, "")) != *scenario)
      fail("reads back as another");
  }
  CHECK(enumeration.produced() == classes.size());
  return classes;
}

/// What is drawn at random, and whatever smaller the shrinker makes of it, is there if in bounds.
void check_complete(const Space& space, const Classes& classes) {
  constexpr int kCases = 200;
  int checked = 0;
  test::forall(kCases, [&] {
    test::DrawnChooser choose;
    Scenario drawn = *test::scenarios(space.kinds);
    while (true) {
      const Scenario used = without_unused(drawn);
      if (is_within(used, space.bounds)) {
        ++checked;
        RC_LOG() << write_scenario(used, "");
        RC_ASSERT(classes.count(class_of(used)) == 1U);
      }
      const auto smaller = shrinkers::simpler(drawn, shrinkers::Keep::nothing);
      if (smaller.empty()) break;
      drawn = choose.one_of(smaller);
    }
  });
  CHECK(checked > kCases / test::kShare / 2);
}

}  // namespace

TEST_CASE("each class of scenarios is enumerated once, and none is left out", "[enumerate]") {
  for (const Space& space : spaces()) {
    const Classes classes = check_each(space);
    CHECK(classes.size() > 500);
    check_complete(space, classes);
  }
}

TEST_CASE("an enumeration goes on where another one stood", "[enumerate]") {
  const Space space{{kind("discard")}, {2, 2, 1, 1, 0}};
  const auto all = all_of(space);
  rc::prop("skipped", [&] {
    const auto count = *rc::gen::inRange<std::size_t>(0, all.size());
    Enumeration resumed(space.kinds, space.bounds);
    resumed.skip(count);
    RC_ASSERT(resumed.produced() == count);
    RC_ASSERT(resumed.next() == all[count]);
    RC_ASSERT(resumed.produced() == count + 1);
  });
  Enumeration ended(space.kinds, space.bounds);
  ended.skip(all.size() + 10);
  CHECK(ended.produced() == all.size());
  CHECK_FALSE(ended.next());
  CHECK_FALSE(ended.next());
}

TEST_CASE("the order in which pages are listed is no name", "[enumerate]") {
  int first = 0;
  int second = 0;
  const Space space{{kind("ubuf")}, {2, 2, 0, 2, 0}};
  for (const Scenario& s : all_of(space)) {
    const auto is_two_page_read = [](const ActorSpec& a) {
      return a.path == "direct-read" && a.caller == "bio" && a.pages == std::vector{0, 1};
    };
    const bool file = std::all_of(s.pages.begin(), s.pages.end(), [](const PageSpec& page) {
      return page.backing == Backing::file;
    });
    if (!file || std::none_of(s.actors.begin(), s.actors.end(), is_two_page_read)) continue;
    for (const ActorSpec& actor : s.actors)
      if (actor.path == "truncate") ++(actor.pages[0] == 0 ? first : second);
  }
  CHECK(first == 1);
  CHECK(second == 1);
}

TEST_CASE("without pages there is little to do, and it can be counted by hand", "[enumerate]") {
  // ITER_DISCARD: 5 readers and 6 writers. One pipe: splice-write by 6 callers, read, write. Two
  // pipes: tee.
  for (const auto& [pipes, count] : {std::pair(0, 11U), {1, 19U}, {2, 20U}})
    CHECK(all_of({linux_kinds(), {1, 0, pipes}}).size() == count);
}

TEST_CASE("a bound beyond the model's is rejected", "[enumerate]") {
  for (const Bounds& bounds : {Bounds{0, 1},
                               {kMaxActors + 1, 1},
                               {1, kMaxPages + 1},
                               {1, -1},
                               {1, 1, kMaxPipes + 1},
                               {1, 1, 1, 0},
                               {1, 1, 1, kMaxSlots + 1},
                               {1, 1, 1, 1, -1}})
    CHECK_THROWS_AS(Enumeration(linux_kinds(), bounds), std::invalid_argument);
}

}  // namespace pincheck::generate
