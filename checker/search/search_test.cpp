// SPDX-License-Identifier: MIT
// The random search: it finds what is there, quickly and for any seed, and nothing else.
#include <catch2/catch.hpp>

#include "checker/generate/generate.hpp"
#include "checker/judge/campaign.hpp"
#include "checker/testing/forall.hpp"

namespace pincheck::search {
namespace {

using test::model;

struct Broken {
  const char* convention;
  const char* property;
};

const std::vector<Broken> kBroken{
    {"hubbard-v1", "not-refused"},
    {"hubbard-v1", "pin-covers-io"},
    {"hubbard-v1-diff", "pin-unpin-balanced"},
    {"easy-fix", "pin-unpin-balanced"},
    {"hubbard-v2", "pin-unpin-balanced"},
    {"pin-everywhere-2", "pin-covers-io"},
    {"find-pages", "not-freed-while-in-use"},
    {"find-pages-always-put", "get-put-balanced"},
    {"hellwig-22sep", "not-freed-while-in-use"},
};

/// Generated scenarios until the property is violated; -1 when `most` were not enough.
int scenarios_until_found(const Convention& c, int property, std::uint64_t seed, int most) {
  Catalogue catalogue;
  Rng seeds(seed);
  for (int i = 0; i < most; ++i) {
    const std::uint64_t one = seeds.next();
    const judge::Cell cell = judge::judge(generate::generate_scenario(model().kinds, one), c,
                                          model(), catalogue, {{one, 60, 0}}, nullptr);
    if ((cell.result.violated >> property & 1) != 0) return i + 1;
  }
  return -1;
}

}  // namespace

TEST_CASE("each broken convention is found out for each of 20 seeds", "[search]") {
  constexpr int kMost = 4000;  // far below 10 seconds of a release build
  for (const Broken& broken : kBroken) {
    const Convention c = test::convention(broken.convention);
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      INFO(broken.convention << " " << broken.property << " seed " << seed);
      CHECK(scenarios_until_found(c, property_index(broken.property), seed, kMost) > 0);
    }
  }
}

TEST_CASE("the kernels as they are show no imbalance and no misuse of memory", "[search]") {
  for (const auto& name : {"linux-6.1", "linux-6.12"}) {
    const Convention c = test::convention(name);
    test::forall(1500, [&] {
      Catalogue catalogue;
      const judge::Cell cell =
          judge::judge(*test::scenarios(), c, model(), catalogue, {{1, 60, 0}}, nullptr);
      RC_ASSERT(judge::property_names(cell.surprises()) == "");
    });
  }
}

TEST_CASE("the count is the sum of its holders at every step of a sound convention", "[search]") {
  for (const auto& name : {"linux-6.1", "linux-6.12", "pin-everywhere", "find-pages-own-get"}) {
    const Convention c = test::convention(name);
    test::forall(400, [&] {
      const auto system = test::compiled(*test::scenarios(), c);
      RC_PRE(system.has_value());
      test::any_run(*system, [&](const Run& run) {
        for (int page = 0; page < system->pages; ++page) {
          const Page& p = run.world().page[page];
          const bool frozen = p.ref == 0;  // by reclaim, for a moment
          if (p.has(kFree) || frozen) continue;
          const Expected expected = expected_counts(*system, run.world(), page);
          RC_ASSERT(p.ref == expected.ref);
          RC_ASSERT(p.pins == expected.pins);
        }
      });
    });
  }
}

TEST_CASE("every run ends by itself", "[search]") {
  int longest = 0;
  for (const auto& name : {"linux-6.12", "hubbard-v2"}) {
    const Convention c = test::convention(name);
    test::forall(300, [&] {
      Catalogue catalogue;
      const judge::Cell cell =
          judge::judge(*test::scenarios(), c, model(), catalogue, {{1, 40, 0}}, nullptr);
      RC_ASSERT(cell.result.longest < kMaxSteps / 4);
      longest = std::max(longest, cell.result.longest);
    });
  }
  CHECK(longest > 30);
}

TEST_CASE("PCT's bound is the paper's", "[search]") {
  CHECK(pct_bound(4, 40, 1) == Approx(0.25));
  CHECK(pct_bound(4, 40, 3) == Approx(1.0 / 6400));
}

TEST_CASE("uniform and PCT schedules both find a race that needs two switches", "[search]") {
  Catalogue catalogue;
  const Scenario s = find_scenario("row10-writeback-during-dma", model().kinds);
  const System system = compile(s, test::convention("get-put"), model(), catalogue);
  const int race = property_index("stable-under-dma");
  for (const int depth : {0, 3}) {
    int found = 0;
    for (std::uint64_t seed = 1; seed <= 4000; ++seed) {
      Run run(system);
      Scheduler scheduler;
      scheduler.start(Rng(seed), system.thread_count(), depth, 40);
      while (!run.ended()) run.take(scheduler.pick(system, run.world(), run.choices()));
      found += static_cast<int>(run.violated() >> race & 1);
    }
    INFO("depth " << depth);
    CHECK(found > 0);
  }
}

TEST_CASE("what the random part finds once in thousands of schedules is told all the same",
          "[search]") {
  Convention c = test::convention("linux-6.12");
  c.expect.clear();
  judge::Campaign campaign;
  Catalogue catalogue;
  judge::CampaignOptions options;
  options.cases = 150;
  options.case_schedules = 1000;
  const judge::Watcher watcher{[](auto, auto, auto) { return true; }, [](auto&, auto&, auto) {},
                               [](auto&) {}};
  judge::StoryTeller teller(model(), catalogue, {});
  judge::search_randomly(campaign, {c}, model(), catalogue, teller, options, watcher);
  CHECK(campaign.shown.size() >= 3);
  for (const judge::Shown& shown : campaign.shown) {
    INFO(judge::property_names(shown.violated));
    CHECK_FALSE(shown.why.sentence.empty());
    CHECK_FALSE(shown.story.steps.empty());
  }
}

}  // namespace pincheck::search
