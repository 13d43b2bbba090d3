// SPDX-License-Identifier: MIT
// Symmetry: which renamings there are, and that exactly one state of each orbit
// is visited.
#include "checker/explore/symmetry.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstring>
#include <set>
#include <string>

#include "checker/explore/explore.hpp"
#include "checker/testing/sample.hpp"

namespace pincheck::explore {
namespace {

void get_and_put(Builder& b) {
  b.step("get", "").always({to::get(Role::array)});
  b.step("put", "").always({to::put(Role::array)});
}

void allocate(Builder& b) {
  b.step("alloc", "").outcome("", {is::page_available}, {to::alloc(Role::array)});
}

std::size_t group_order(const System& system) { return automorphisms(system).size() + 1; }

std::string bytes_of(const World& world) {
  std::string bytes(sizeof world, '\0');
  std::memcpy(bytes.data(), &world, sizeof world);
  return bytes;
}

/// The world with page p called page[p], and actor a called actor[a].
World renamed(const World& world, const std::vector<int>& page, const std::vector<int>& actor) {
  World result = world;
  const auto name = [&](int p) {
    return static_cast<std::uint8_t>(p < static_cast<int>(page.size()) ? page[p] : p);
  };
  for (std::size_t p = 0; p < page.size(); ++p) {
    result.page[page[p]] = world.page[p];
    for (int mm = 0; mm < kMaxMms; ++mm) result.pte[mm][page[p]] = world.pte[mm][p];
  }
  for (Pipe& pipe : result.pipe) {
    for (int k = 0; k < pipe.count; ++k) {
      const PipeBuffer was = pipe.ring[k];
      pipe.ring[k] = PipeBuffer::make(name(was.page()), was.ops());
    }
    pipe.tmp_page = name(pipe.tmp_page);
  }
  for (std::size_t a = 0; a < actor.size(); ++a) {
    result.request[actor[a]] = world.request[a];
    for (std::uint8_t& slot : result.request[actor[a]].slot) slot = name(slot);
    for (int i = 0; i < 2; ++i) result.thread[2 * actor[a] + i] = world.thread[2 * a + i];
  }
  return result;
}

std::vector<int> from_zero(int count) {
  std::vector<int> all;
  for (int i = 0; i < count; ++i) all.push_back(i);
  return all;
}

bool keeps_programs(const System& system, const std::vector<int>& actor) {
  for (int a = 0; a < system.actors; ++a)
    for (int i = 0; i < 2; ++i)
      if (system.programs[2 * a + i] != system.programs[2 * actor[a] + i]) return false;
  return true;
}

bool keeps_pages(const System& system, const std::vector<int>& page) {
  const bool allocates = std::any_of(system.effects.begin(), system.effects.end(),
                                     [](const Effect& effect) { return effect.op == Do::alloc; });
  for (int p = 0; p < system.pages; ++p)
    if (system.order[p] != system.order[page[p]] || (allocates && page[p] != p)) return false;
  return true;
}

/// New names of pages and of actors.
struct Names {
  std::vector<int> page;
  std::vector<int> actor;
};

/// Every renaming that keeps the system as it is.
std::vector<Names> group_of(const System& system) {
  std::vector<Names> group;
  Names names{from_zero(system.pages), {}};
  do {
    names.actor = from_zero(system.actors);
    do {
      if (keeps_programs(system, names.actor) && keeps_pages(system, names.page) &&
          renamed(system.initial, names.page, names.actor) == system.initial)
        group.push_back(names);
    } while (std::next_permutation(names.actor.begin(), names.actor.end()));
  } while (std::next_permutation(names.page.begin(), names.page.end()));
  return group;
}

/// One of each orbit of states, by brute force, with "the run has ended there"
/// as a last byte.
std::set<std::string> orbits(const System& system) {
  const std::vector<Names> group = group_of(system);
  std::set<std::string> states;
  std::set<std::string> least;
  std::vector<World> open;
  const auto add = [&](const World& world, bool ended) {
    const char end = ended ? 'e' : 'g';
    if (!states.insert(bytes_of(world) + end).second) return;
    if (!ended) open.push_back(world);
    std::set<std::string> orbit;
    for (const Names& names : group)
      orbit.insert(bytes_of(renamed(world, names.page, names.actor)) + end);
    least.insert(*orbit.begin());
  };
  add(system.initial, false);
  while (!open.empty()) {
    const World world = open.back();
    open.pop_back();
    Choices choices;
    enabled(system, world, choices);
    for (const Choice& choice : choices) {
      const test::Taken next = test::take(system, world, choice);
      add(next.world, (next.violated & run_enders()) != 0);
    }
  }
  return least;
}

ExploreResult explored(const System& system) {
  ExploreOptions options;
  options.reductions = Reductions::only({&Reductions::symmetry});
  return explore(system, options);
}

void check_orbits(const System& system, std::size_t order) {
  CHECK(group_of(system).size() == order);
  CHECK(group_order(system) == order);
  const ExploreResult result = explored(system);
  CHECK(result.symmetries == order);
  CHECK(result.states == orbits(system).size());
}

}  // namespace

TEST_CASE("like actors on one page can change places", "[symmetry]") {
  const System system = test::HandMade(1)
                            .actor({0}, get_and_put)
                            .actor({0}, get_and_put)
                            .actor({0}, get_and_put)
                            .system();
  check_orbits(system, 6);
  CHECK(explored(system).states == 10);  // three of three places, in any order
}

TEST_CASE("like actors on like pages of their own change places with them", "[symmetry]") {
  check_orbits(test::HandMade(3)
                   .actor({0}, get_and_put)
                   .actor({1}, get_and_put)
                   .actor({2}, get_and_put)
                   .system(),
               6);
  check_orbits(test::HandMade(2).actor({0, 1}, get_and_put).actor({1, 0}, get_and_put).system(), 2);
}

TEST_CASE("unlike actors, pages and starts keep their places", "[symmetry]") {
  test::HandMade unlike_pages(2);
  unlike_pages.actor({0}, get_and_put).actor({1}, get_and_put);
  unlike_pages.start().page[1].flags |= kDirty;
  check_orbits(unlike_pages.system(), 1);

  test::HandMade unlike_ptes(2);
  unlike_ptes.actor({0}, get_and_put).actor({1}, get_and_put);
  unlike_ptes.start().pte[0][1].flags |= kPteDirty;
  check_orbits(unlike_ptes.system(), 1);

  test::HandMade unlike_starts(1);
  unlike_starts.actor({0}, get_and_put).actor({0}, get_and_put);
  unlike_starts.start().request[1].flags |= kDest;
  check_orbits(unlike_starts.system(), 1);

  const auto get = [](Builder& b) { b.step("get", "").always({to::get(Role::array)}); };
  check_orbits(test::HandMade(1).actor({0}, get_and_put).actor({0}, get).system(), 1);

  const auto none = [](Builder&) {};
  const auto put = [](Builder& b) { b.step("put", "").always({to::put(Role::array)}); };
  const auto get_twice = [](Builder& b) {
    b.step("get", "").always({to::get(Role::array)});
    b.step("get again", "").always({to::get(Role::own)});
  };
  check_orbits(test::HandMade(1).actor({0}, none, put).actor({0}, none, put).system(), 2);
  check_orbits(test::HandMade(1).actor({0}, none, get_twice).actor({0}, none, put).system(), 1);

  System accepted = test::HandMade(1).actor({0}, get_and_put).actor({0}, get_and_put).system();
  accepted.baseline_accepts[0] = true;
  CHECK(group_order(accepted) == 1);

  System large = test::HandMade(2).actor({0}, get_and_put).actor({1}, get_and_put).system();
  large.order[1] = 1;
  CHECK(group_order(large) == 1);
}

TEST_CASE("where too many renamings move pages, pages keep their names", "[symmetry]") {
  test::HandMade made(4);
  for (int page = 0; page < 4; ++page) made.actor({page}, get_and_put);
  CHECK(automorphisms(made.system()).size() == 23);
  CHECK(automorphisms(made.system(), 23).size() == 23);
  CHECK(automorphisms(made.system(), 22).empty());
  made.actor({0}, get_and_put);
  CHECK(automorphisms(made.system()).size() == 11);
  CHECK(automorphisms(made.system(), 10).size() == 1);
}

TEST_CASE("where a program allocates, pages keep their names", "[symmetry]") {
  test::HandMade made(3);
  made.actor({}, allocate).actor({}, allocate);
  for (const int page : {1, 2}) made.start().page[page] = {0, 0, Backing::pipe, kFree};
  check_orbits(made.system(), 2);
}

TEST_CASE("pages in a pipe are renamed, too", "[symmetry]") {
  const auto splice = [](Builder& b) {
    b.label("page");
    b.step("push", "")
        .outcome("", {is::pipe(Ask::pipe_has_room, 0)},
                 {to::get(Role::array), to::push(0, BufferOps::plain, Role::array)},
                 each_page("page"));
  };
  const auto read = [](Builder& b) {
    b.step("read", "")
        .outcome("drop", {!is::pipe(Ask::pipe_empty, 0)}, {to::pipe(Do::pipe_drop_head, 0)})
        .outcome("keep", {!is::pipe(Ask::pipe_empty, 0)}, {to::pipe(Do::pipe_keep_head, 0)});
  };
  check_orbits(test::HandMade(2, 1).actor({0}, splice).actor({1}, splice).actor({}, read).system(),
               2);
}

TEST_CASE("of the model's systems, one state of each orbit is visited", "[symmetry]") {
  int reduced = 0;
  for (const test::Sample& sample : test::generated_samples(150, 31)) {
    const std::size_t order = group_order(sample.system);
    if (order == 1 || !explored(sample.system).finished()) continue;
    if (explored(sample.system).states > 300) continue;
    INFO(sample.made_from);
    check_orbits(sample.system, order);
    ++reduced;
  }
  CHECK(reduced > 5);
}

}  // namespace pincheck::explore
