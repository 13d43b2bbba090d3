// SPDX-License-Identifier: MIT
// A world taken apart and put together again, and with other names.
#include "model/machine/parts.hpp"

#include <catch2/catch.hpp>

#include <cstring>

#include "checker/testing/made_up.hpp"

namespace pincheck {
namespace {

/// A world of random bytes: whatever is not in a part shows.
World any_bytes(search::Rng& rng) {
  std::array<std::uint8_t, sizeof(World)> bytes{};
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(rng.below(256));
  World world;
  std::memcpy(&world, bytes.data(), sizeof world);
  return world;
}

Renaming any_renaming(const System& system, search::Rng& rng) {
  Renaming to = Renaming::identity();
  const auto mix = [&](auto& places, int count) {
    for (int i = count - 1; i > 0; --i)
      std::swap(places[i], places[rng.below(static_cast<std::uint32_t>(i + 1))]);
  };
  mix(to.page, system.pages);
  mix(to.actor, system.actors);
  return to;
}

}  // namespace

TEST_CASE("a world is nothing but its parts", "[parts]") {
  search::Rng rng(1);
  for (int i = 0; i < 100; ++i) {
    const World world = any_bytes(rng);
    World made = any_bytes(rng);
    Parts::for_each([&]<class Part>(std::type_identity<Part>) {
      for (int index = 0; index < Part::kMax; ++index) Part::of(world, index).put(made, index);
    });
    REQUIRE(std::memcmp(&made, &world, sizeof world) == 0);
  }
}

TEST_CASE("a part that is put back changes no other one", "[parts]") {
  System system;
  system.actors = kMaxActors;
  system.pages = kMaxPages;
  system.pipes = kMaxPipes;
  system.processes = kMaxProcesses;
  const Fields fields(system);
  CHECK(fields.size() == Parts::kMost);
  search::Rng rng(2);
  const World one = any_bytes(rng);
  const World other = any_bytes(rng);
  for (int field = 0; field < fields.size(); ++field) {
    World mixed = one;
    fields.with(field, [&]<class Part>(std::type_identity<Part>, int index) {
      CHECK(fields.field<Part>(index) == field);
      Part::of(other, index).put(mixed, index);
    });
    for (int each = 0; each < fields.size(); ++each)
      fields.with(each, [&]<class Part>(std::type_identity<Part>, int index) {
        CHECK(Part::of(mixed, index) == Part::of(each == field ? other : one, index));
      });
  }
}

TEST_CASE("fields are the parts that a system has", "[parts]") {
  const System system = test::shipped("row1-nfs-read", "linux-6.12");
  const Fields fields(system);
  CHECK(fields.size() == system.actors + system.pages + system.pipes + system.processes);
  CHECK(fields.first<ActorPart>() == 0);
  CHECK(fields.first<PagePart>() == system.actors);
  CHECK(fields.first<PipePart>() == system.actors + system.pages);
}

TEST_CASE("a world that is renamed and renamed back is the same", "[parts]") {
  int moved = 0;
  test::forall(200, [&] {
    const System system = test::any_made_up_sample().system;
    search::Rng rng(*rc::gen::arbitrary<std::uint32_t>());
    const Renaming to = any_renaming(system, rng);
    const World there = renamed(system.initial, to);
    RC_ASSERT(renamed(there, to.inverse()) == system.initial);
    for (int page = 0; page < system.pages; ++page)
      RC_ASSERT(PagePart::of(there, to.page[page]) == PagePart::of(system.initial, page));
    moved += there == system.initial ? 0 : 1;
  });
  CHECK(moved * test::kShare > 100);
}

}  // namespace pincheck
