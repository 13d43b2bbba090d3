// SPDX-License-Identifier: MIT
// Who holds a page, and since when, by the events alone.
#include "checker/story/holders.hpp"

#include <catch2/catch.hpp>

#include "checker/testing/forall.hpp"
#include "properties/run.hpp"

namespace pincheck::explain {
namespace {

std::vector<Event> take(const System& system, World& world, Choice choice) {
  std::vector<Event> events;
  const auto keep = [](void* all, const System&, const World&, const Event& event) {
    static_cast<std::vector<Event>*>(all)->push_back(event);
  };
  apply(system, world, choice, {keep, &events});
  return events;
}

std::vector<Reference> all_of(const std::vector<story::Holder>& held) {
  std::vector<Reference> all;
  for (const story::Holder& one : held) all.push_back(one.what);
  return all;
}

/// The step of a random run after which both differ, "" where they agree to its end.
std::string difference(const Scenario& scenario, const System& system, std::uint64_t seed) {
  search::Rng rng(seed);
  Run run(system);
  std::vector<story::Holder> held = story::holders_in(scenario, system, run.world());
  for (int number = 1; !run.ended(); ++number) {
    const Choices& choices = run.choices();
    const Choice choice = choices.item[rng.below(static_cast<std::uint32_t>(choices.size))];
    World world = run.world();
    const std::string step = system.step_of(world, choice.thread).name;
    held = story::holders_after(scenario, held, take(system, world, choice), number);
    run.take(choice);
    if (all_of(held) != all_of(story::holders_in(scenario, system, world)))
      return std::to_string(number) + ", " + step;
  }
  return "";
}

std::string difference(const Scenario& scenario, const System& system) {
  std::string found;
  for (std::uint64_t seed = 1; seed <= 5 && found.empty(); ++seed)
    found = difference(scenario, system, seed);
  return found;
}

/// One actor's steps, one after the other; what its page's holders are then.
std::string told(const System& system) {
  Scenario scenario;
  scenario.pages.resize(static_cast<std::size_t>(system.pages));
  scenario.actors.resize(static_cast<std::size_t>(system.actors));
  scenario.actors[0].name = "a";
  World world = system.initial;
  std::vector<story::Holder> held = story::holders_in(scenario, system, world);
  Choices choices;
  for (int number = 1; enabled(system, world, choices), choices.size > 0; ++number)
    held = story::holders_after(scenario, held, take(system, world, choices.item[0]), number);
  std::string out;
  for (const story::Holder& one : held) out += one.who + " " + std::to_string(one.since) + ";";
  return out;
}

}  // namespace

TEST_CASE("the events say all that holds a page", "[explain]") {
  for (const Convention& convention : shipped_conventions(test::model().kinds))
    for (const Scenario& scenario : shipped_scenarios(test::model().kinds)) {
      const auto system = test::compiled(scenario, convention);
      INFO(scenario.name << " under " << convention.name);
      if (system) CHECK(difference(scenario, *system) == "");
    }
  test::forall(500, [] {
    const Scenario scenario = *test::scenarios();
    test::DrawnChooser choose;
    const Convention convention = choose.one_of(shipped_conventions(test::model().kinds));
    const auto system = test::compiled(scenario, convention);
    RC_PRE(system.has_value());
    RC_ASSERT(difference(scenario, *system) == "");
  });
}

TEST_CASE("a reference keeps its step when it changes hands", "[explain]") {
  test::HandMade made(1, 1);
  made.actor({0}, [](Builder& b) {
    b.step("get", "").always({to::get(Role::array)});
    b.step("move", "").always({to::move(Role::array, Role::own)});
    b.step("push", "").always({to::push(0, BufferOps::anon, Role::own)});
    b.step("keep", "").always({to::pipe(Do::pipe_keep_head, 0)});
    b.step("take", "").always({to::pipe(Do::pipe_take_tmp, 0, static_cast<int>(Role::creator))});
  });
  CHECK(told(made.system()) == "a PTE 0;a's get 1;");
}

TEST_CASE("a put and a get in one step are two references", "[explain]") {
  test::HandMade made(1);
  made.actor({0}, [](Builder& b) {
    b.step("get", "").always({to::get(Role::own)});
    b.step("swap", "").always({to::put(Role::own), to::get(Role::array)});
  });
  CHECK(told(made.system()) == "a PTE 0;a's get 2;");
}

TEST_CASE("buffers move up when the oldest goes", "[explain]") {
  test::HandMade made(2, 1);
  made.actor({0, 1}, [](Builder& b) {
    b.step("get", "").always({to::get(Role::array)});
    b.step("push", "").always({to::push(0, BufferOps::anon, Role::array), to::next_slot});
    b.step("get", "").always({to::get(Role::array)});
    b.step("push", "").always({to::push(0, BufferOps::anon, Role::array)});
    b.step("drop", "").always({to::pipe(Do::pipe_drop_head, 0)});
  });
  CHECK(told(made.system()) == "a PTE 0;a PTE 0;a pipe buffer 3;");
}

}  // namespace pincheck::explain
