// SPDX-License-Identifier: MIT
// The containers of the search: what goes in comes out, through growth, layouts
// and lack of room.
#include "checker/explore/visited.hpp"

#include <catch2/catch.hpp>

#include "checker/explore/context_table.hpp"
#include "checker/explore/frontier.hpp"
#include "checker/explore/interner.hpp"
#include "checker/explore/layout.hpp"
#include "checker/search/rng.hpp"

namespace pincheck::explore {
namespace {

constexpr std::size_t kMemory = std::size_t{64} << 20;

Key key_of(std::uint64_t i, int bits) {
  const Key spread = Key{hash_of(i)} << 64 | hash_of(i + 1);
  return (spread << 40 | i << 1 | 1) & low_bits(bits);
}

std::uint64_t value_of(std::uint64_t i) { return hash_of(Key{i} * 7); }

}  // namespace

TEST_CASE("the table keeps every state and its value through growth", "[visited]") {
  constexpr std::uint64_t kStates = 100000;
  for (const int bits : {60, 64, 100}) {
    Visited visited({false, sizeof(std::uint64_t), bits}, kMemory);
    for (std::uint64_t i = 0; i < kStates; ++i) {
      const Key key = key_of(i, bits);
      const Visited::Place place = visited.insert(key, hash_of(key));
      REQUIRE(place.fresh);
      visited.value<std::uint64_t>(place.slot) = value_of(i);
    }
    CHECK(visited.size() == kStates);
    CHECK(visited.bytes() < 3 * kStates * visited.entry_bytes());
    for (std::uint64_t i = 0; i < kStates; ++i) {
      const Key key = key_of(i, bits);
      const Visited::Place place = visited.insert(key, hash_of(key));
      REQUIRE_FALSE(place.fresh);
      REQUIRE(visited.value<std::uint64_t>(place.slot) == value_of(i));
      REQUIRE_FALSE(visited.contains(key_of(i + kStates, bits)));
    }
    std::uint64_t listed = 0;
    visited.for_each([&](Key key, std::size_t) { listed += visited.contains(key) ? 1 : 0; });
    CHECK(listed == kStates);
  }
}

TEST_CASE("a full table says so and loses nothing", "[visited]") {
  constexpr std::size_t kBytes = 200000;
  for (const bool fingerprints : {false, true}) {
    Visited visited({fingerprints, 2, 100}, kBytes);
    std::uint64_t kept = 0;
    for (;; ++kept) {
      const Visited::Place place = visited.insert(key_of(kept, 100), hash_of(key_of(kept, 100)));
      if (place.slot == Visited::kFull) break;
      visited.value<std::uint16_t>(place.slot) = static_cast<std::uint16_t>(value_of(kept));
    }
    CHECK(visited.size() == kept);
    CHECK(visited.bytes() <= kBytes);
    CHECK(static_cast<double>(kept * visited.entry_bytes()) > 0.8 * kBytes);
    CHECK_FALSE(visited.contains(key_of(kept, 100)));
    for (std::uint64_t i = 0; i < kept; ++i) {
      const Visited::Place place = visited.insert(key_of(i, 100), hash_of(key_of(i, 100)));
      REQUIRE(place.slot != Visited::kFull);
      REQUIRE_FALSE(place.fresh);
      REQUIRE(visited.value<std::uint16_t>(place.slot) == static_cast<std::uint16_t>(value_of(i)));
    }
    visited.allow(2 * kBytes);
    CHECK(visited.insert(key_of(kept, 100), hash_of(key_of(kept, 100))).fresh);
  }
}

TEST_CASE("fingerprints are told apart by their hash alone", "[visited]") {
  Visited visited({true, 0, 100}, kMemory);
  CHECK(visited.entry_bytes() == 8);
  CHECK(visited.insert(5, 77).fresh);
  CHECK_FALSE(visited.insert(6, 77).fresh);
  CHECK(visited.insert(5, 78).fresh);
  CHECK(visited.insert(1, 0).fresh);  // no entry is 0
  CHECK_FALSE(visited.insert(1, 0).fresh);
  CHECK(visited.size() == 3);
}

TEST_CASE("the probability of a miss is the birthday bound", "[visited]") {
  CHECK(missed(1) == 0);
  CHECK(missed(1000000) == Approx(1e12 / 3.6893488e19).epsilon(1e-4));
}

TEST_CASE("the frontier is a queue and a stack", "[visited]") {
  constexpr std::uint64_t kItems = 50000;
  for (const bool masks : {false, true}) {
    for (const int bits : {64, 120}) {
      Frontier frontier(bits, masks);
      const auto item = [&](std::uint64_t i) {
        const auto mask = static_cast<std::uint16_t>(masks ? i : 0);
        return Item{key_of(i, bits), mask, static_cast<std::uint16_t>(masks ? ~i : 0xffff)};
      };
      const auto same = [](const Item& a, const Item& b) {
        return a.key == b.key && a.sleep == b.sleep && a.todo == b.todo;
      };
      for (std::uint64_t i = 0; i < kItems; ++i) frontier.push(item(i));
      std::uint64_t first = 0;
      std::uint64_t last = kItems;
      search::Rng rng(1);
      while (first < last) {
        REQUIRE(frontier.size() == last - first);
        REQUIRE(same(frontier.front(), item(first)));
        REQUIRE(same(frontier.back(), item(last - 1)));
        REQUIRE(same(frontier[(last - first) / 2], item(first + (last - first) / 2)));
        switch (rng.below(3)) {
          case 0: frontier.push(item(last++)); break;  // fewer than what goes
          case 1: frontier.pop_back(), --last; break;
          default: frontier.pop_front(), ++first;
        }
      }
      CHECK(frontier.empty());
      CHECK(frontier.bytes() <= std::size_t{3} * 8192 * 20);
    }
  }
}

TEST_CASE("a state stays the same in a wider layout", "[visited]") {
  search::Rng rng(4);
  std::array<int, kMaxFields> family{};
  for (int field = 0; field < 5; ++field) family[field] = field / 2;
  Layout layout(family, 5);
  for (int time = 0; time < 20; ++time) {
    std::array<std::uint32_t, 5> numbers{};
    Key key = Layout::kEmpty | (time % 2 == 0 ? Layout::kEnded : 0);
    for (int field = 0; field < 5; ++field) {
      do numbers[field] = rng.below(1U << time);
      while (!layout.fits(field, numbers[field]));
      key |= layout.put(field, numbers[field]);
    }
    const Layout old = layout;
    const int field = static_cast<int>(rng.below(5));
    layout.widen(field, 1U << time);
    CHECK(layout.fits(field, 1U << time));
    CHECK((key >> old.bits()) == 0);
    const Key wider = old.repack(key, layout);
    CHECK((wider & 3) == (key & 3));
    for (int i = 0; i < 5; ++i) CHECK(layout.get(wider, i) == numbers[i]);
    CHECK(layout.repack(wider, layout) == wider);
  }
}

TEST_CASE("numbers are given once and values found again", "[visited]") {
  Interner<std::uint64_t> interner;
  ContextTable table;
  for (std::uint64_t i = 0; i < 5000; ++i) {
    CHECK(interner.number(value_of(i)) == i);
    table.insert(key_of(i, 120), static_cast<std::uint32_t>(i));
  }
  table.rekey([](Key key) { return key ^ Key { 1 } << 121; });
  for (std::uint64_t i = 0; i < 5000; ++i) {
    CHECK(interner.number(value_of(i)) == i);
    CHECK(interner[static_cast<std::uint32_t>(i)] == value_of(i));
    CHECK(table.find(key_of(i, 120) ^ Key{1} << 121) == i);
    CHECK(table.find(key_of(i, 120)) == ContextTable::kNone);
  }
}

}  // namespace pincheck::explore
