// SPDX-License-Identifier: MIT
// The benchmark system's known sizes and shortest counterexamples, by the plainest of searches.
#include "checker/bench/pageref_turn.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <unordered_set>
#include <vector>

#include "checker/search/rng.hpp"

namespace pincheck::bench {
namespace {

struct KeyHash {
  std::size_t operator()(explore::Key key) const { return explore::hash_of(key); }
};

struct Found {
  std::size_t states = 0;
  std::size_t edges = 0;
  std::uint32_t errors = 0;  ///< of the first level with any, where the search ends
  int depth = 0;             ///< levels after the first one, or steps to the first error
};

Found search(const PagerefConfig& config, bool canonical) {
  const PagerefSpace space(config);
  Found found;
  std::unordered_set<explore::Key, KeyHash> seen;
  std::vector<explore::Key> level;
  std::vector<explore::Key> next;
  const auto visit = [&](explore::Key key) {
    if (canonical) key = space.canonical(key);
    if (seen.insert(key).second) next.push_back(key);
  };
  visit(space.initial());
  while (!next.empty() && found.errors == 0) {
    level.swap(next);
    next.clear();
    for (const explore::Key key : level) {
      found.errors |= space.at_end(key);
      space.expand(key, [&](explore::Key successor, std::uint32_t errors, std::uint32_t) {
        ++found.edges;
        found.errors |= errors;
        visit(successor);
      });
    }
    if (!next.empty()) ++found.depth;
  }
  found.states = seen.size();
  return found;
}

PagerefConfig config(int pages, int readers, int convention = 0, bool merge_local = false) {
  return {pages, readers, 1, 1, 1, convention, merge_local};
}

void check_size(const PagerefConfig& config, bool canonical, std::size_t states,
                std::size_t edges) {
  const Found found = search(config, canonical);
  CAPTURE(config.pages, config.readers, config.merge_local, canonical);
  CHECK(found.states == states);
  CHECK(found.edges == edges);
  CHECK(found.errors == 0);
}

TEST_CASE("pageref has its known sizes", "[pageref]") {
  check_size(config(2, 1), false, 11'641, 37'668);
  check_size(config(2, 1), true, 5'826, 18'848);
  check_size(config(2, 2), false, 218'629, 943'176);
  check_size(config(2, 2), true, 57'909, 248'722);
  check_size(config(2, 2, 0, true), false, 104'403, 443'514);
  check_size(config(2, 2, 0, true), true, 28'187, 118'971);
}

TEST_CASE("pageref's keys fit the widths they are meant for", "[pageref]") {
  CHECK(PagerefSpace(config(2, 2)).key_bits() == 48);
  CHECK(PagerefSpace(config(3, 2)).key_bits() == 64);
  CHECK(PagerefSpace({3, 3, 2, 1, 1}).key_bits() <= 128);
  CHECK_THROWS_AS(PagerefSpace({5, 1, 1, 1, 1}), std::invalid_argument);
  CHECK_THROWS_AS(PagerefSpace({2, 0, 0, 0, 0}), std::invalid_argument);
  CHECK_THROWS_AS(PagerefSpace({2, 8, 8, 1, 1}), std::invalid_argument);
}

TEST_CASE("pageref's conventions have their shortest counterexamples", "[pageref]") {
  for (const bool canonical : {false, true}) {
    for (const bool merge_local : {false, true}) {
      CAPTURE(canonical, merge_local);
      const Found v1 = search(config(2, 1, 1, merge_local), canonical);
      CHECK(v1.depth == (merge_local ? 5 : 7));
      CHECK(v1.errors == bit_of(PagerefError::pincount_underflow));
      const Found silent = search(config(2, 1, 2, merge_local), canonical);
      CHECK(silent.depth == (merge_local ? 11 : 14));
      CHECK(silent.errors == bit_of(PagerefError::writeback_while_pinned));
    }
  }
}

TEST_CASE("pageref notices leftovers when everybody has finished", "[pageref]") {
  const PagerefSpace space({1, 1, 0, 0, 0});
  const explore::Key start = space.initial();
  CHECK(space.at_end(start) == 0);
  explore::Key key = start;
  for (bool moved = true; moved;) {
    moved = false;
    space.expand(key, [&](explore::Key successor, std::uint32_t, std::uint32_t) {
      key = successor;
      moved = true;
    });
  }
  CHECK(space.at_end(key) == 0);
  // The pages are the upper part: the reader has finished, but its page is as while it had it.
  const int rest_bits = 4;
  REQUIRE(space.key_bits() == rest_bits + 6 + 2 + 1);
  for (int bit = rest_bits; bit < space.key_bits(); ++bit) {
    const bool is_dirty = bit == rest_bits;
    CHECK((space.at_end(key ^ explore::Key{1} << bit) == 0) == is_dirty);
  }
}

/// A renaming: of pages from 1, and of actors, each among those of its kind.
struct Renaming {
  std::vector<std::uint32_t> page;
  std::vector<std::uint32_t> actor;

  std::uint32_t operator()(std::uint32_t label) const {
    return actor[label & 0xff] | (label & 0xff00) | page[label >> 16] << 16;
  }
};

void shuffle(std::vector<std::uint32_t>& numbers, std::uint32_t begin, std::uint32_t end,
             search::Rng& rng) {
  for (std::uint32_t i = begin; i < end; ++i)
    std::swap(numbers[i], numbers[i + rng.below(end - i)]);
}

Renaming some_renaming(const PagerefConfig& config, search::Rng& rng) {
  Renaming renaming;
  renaming.page.resize(static_cast<std::size_t>(config.pages) + 1);
  std::iota(renaming.page.begin(), renaming.page.end(), 0U);
  shuffle(renaming.page, 1, static_cast<std::uint32_t>(renaming.page.size()), rng);
  const auto add_kind = [&](int count) {
    const auto begin = static_cast<std::uint32_t>(renaming.actor.size());
    renaming.actor.resize(begin + static_cast<std::size_t>(count));
    const auto end = static_cast<std::uint32_t>(renaming.actor.size());
    std::iota(renaming.actor.begin() + begin, renaming.actor.end(), begin);
    shuffle(renaming.actor, begin, end, rng);
  };
  add_kind(config.readers);
  add_kind(config.splices);
  add_kind(config.writebacks);
  add_kind(config.reclaimers);
  return renaming;
}

struct Step {
  explore::Key to;
  std::uint32_t errors;
  std::uint32_t label;
};

std::vector<Step> steps_from(const PagerefSpace& space, explore::Key key) {
  std::vector<Step> steps;
  space.expand(key, [&](explore::Key to, std::uint32_t errors, std::uint32_t label) {
    steps.push_back({to, errors, label});
  });
  return steps;
}

std::optional<Step> step_with(const std::vector<Step>& steps, std::uint32_t label) {
  const auto step = std::find_if(steps.begin(), steps.end(),
                                 [&](const Step& candidate) { return candidate.label == label; });
  return step == steps.end() ? std::nullopt : std::optional(*step);
}

/// Takes a random run and, step by step, the same one with everybody renamed.
void check_renamed_run(const PagerefConfig& config, const PagerefSpace& space, search::Rng& rng) {
  const Renaming renaming = some_renaming(config, rng);
  explore::Key plain = space.initial();
  explore::Key renamed = plain;
  for (auto steps = steps_from(space, plain); !steps.empty(); steps = steps_from(space, plain)) {
    const Step step = steps[rng.below(static_cast<std::uint32_t>(steps.size()))];
    const auto twin = step_with(steps_from(space, renamed), renaming(step.label));
    REQUIRE(twin.has_value());
    REQUIRE(twin->errors == step.errors);
    plain = step.to;
    renamed = twin->to;
    const explore::Key least = space.canonical(plain);
    REQUIRE(space.canonical(renamed) == least);
    REQUIRE(space.canonical(least) == least);
    REQUIRE(least <= std::min(plain, renamed));
    REQUIRE(space.at_end(plain) == space.at_end(least));
  }
}

TEST_CASE("a renamed run of pageref has the same canonical states", "[pageref]") {
  search::Rng rng(1);
  for (const PagerefConfig& config : {PagerefConfig{3, 2, 1, 1, 1}, PagerefConfig{3, 3, 2, 1, 1},
                                      PagerefConfig{4, 2, 2, 2, 2, 2}}) {
    const PagerefSpace space(config);
    for (int run = 0; run < 200; ++run) check_renamed_run(config, space, rng);
  }
}

}  // namespace
}  // namespace pincheck::bench
