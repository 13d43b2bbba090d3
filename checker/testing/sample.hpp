// SPDX-License-Identifier: MIT
// checker/testing: uses checker/report, checker/predict, checker/reproduce; used by all tests.
// Systems for tests: the model's own, and small ones made by hand.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "checker/generate/generate.hpp"
#include "checker/search/rng.hpp"
#include "checker/testing/test_support.hpp"

namespace pincheck::test {

/// The system, or nothing where the convention is silent.
inline std::optional<System> compiled(const Scenario& scenario, const Convention& convention) {
  static Catalogue catalogue;
  try {
    return compile(scenario, convention, model(), catalogue);
  } catch (const NotStated&) {
    return {};
  }
}

inline System shipped(const std::string& scenario, const std::string& convention_name) {
  return compiled(find_scenario(scenario, model().kinds), convention(convention_name)).value();
}

/// Checks that programs of the scenario can do without; none where the
/// convention is silent.
inline std::vector<std::string> checks_of(const Scenario& scenario, const Convention& convention) {
  Catalogue catalogue;
  try {
    compile(scenario, convention, model(), catalogue);
  } catch (const NotStated&) {
    return {};
  }
  return {catalogue.checks().begin(), catalogue.checks().end()};
}

/// A system with what it was made from, for messages.
struct Sample {
  std::string made_from;
  System system;
};

/// Every shipped scenario under every convention that covers it.
inline std::vector<Sample> shipped_samples() {
  std::vector<Sample> samples;
  for (const Convention& one : shipped_conventions(model().kinds))
    for (const Scenario& scenario : shipped_scenarios(model().kinds))
      if (auto system = compiled(scenario, one))
        samples.push_back({scenario.name + " under " + one.name, std::move(*system)});
  return samples;
}

/// The generated scenario of this seed under a convention that the seed picks,
/// with one check taken out for every other seed; nothing where the convention
/// is silent.
inline std::optional<Sample> generated_sample(std::uint64_t seed) {
  search::Rng rng(seed);
  const auto& all = shipped_conventions(model().kinds);
  const auto pick = [&](std::size_t count) { return rng.below(static_cast<std::uint32_t>(count)); };
  const Convention& chosen = all[pick(all.size())];
  Scenario scenario = generate::generate_scenario(model().kinds, seed);
  const std::vector<std::string> checks = checks_of(scenario, chosen);
  if (!checks.empty() && rng.below(2) == 0) scenario.without.insert(checks[pick(checks.size())]);
  auto system = compiled(scenario, chosen);
  if (!system) return {};
  return Sample{
      chosen.name + ", seed " + std::to_string(seed) + "\n" + write_scenario(scenario, ""),
      std::move(*system)};
}

/// `count` generated samples, from seeds that follow from `seed`.
inline std::vector<Sample> generated_samples(int count, std::uint64_t seed) {
  std::vector<Sample> samples;
  for (search::Rng seeds(seed); static_cast<int>(samples.size()) < count;)
    if (auto sample = generated_sample(seeds.next())) samples.push_back(std::move(*sample));
  return samples;
}

/// A system made by hand, on anonymous pages that a process maps. Every actor
/// lists the pages given for it.
class HandMade {
 public:
  explicit HandMade(int pages, int pipes = 0) {
    made_.pages = pages;
    made_.pipes = pipes;
    for (int page = 0; page < pages; ++page) {
      made_.initial.page[page] = {1, 0, Backing::anon, 0};
      made_.initial.pte[0][page] = {kMapped};
    }
    for (Request& request : made_.initial.request) request.slot.fill(kNoPage);
  }

  /// `write` fills a Builder with the actor's program, `finish` one with its
  /// completion's.
  template <class Write>
  HandMade& actor(const std::vector<int>& pages, const Write& write) {
    return actor(pages, write, [](Builder&) {});
  }
  template <class Write, class Finish>
  HandMade& actor(const std::vector<int>& pages, const Write& write, const Finish& finish) {
    Request& request = made_.initial.request[made_.actors++];
    for (const int page : pages) request.slot[request.count++] = static_cast<std::uint8_t>(page);
    Builder submitter("hand", {}, checks_);
    Builder completion("done", {}, checks_);
    write(submitter);
    finish(completion);
    made_.programs.push_back(submitter.finish());
    made_.programs.push_back(completion.finish());
    return *this;
  }

  World& start() { return made_.initial; }

  System system() const {
    System done = made_;
    Catalogue catalogue;
    for (Program& program : done.programs)
      for (Step& step : program)
        for (Outcome& outcome : step.outcomes) outcome.id = catalogue.id(step, outcome);
    done.flatten();
    return done;
  }

 private:
  System made_;
  std::set<std::string> checks_;
};

/// Two actors that lock two pages in opposite order.
inline System deadlock() {
  const auto lock_both = [](Builder& b) {
    b.label("page");
    b.step("lock", "").outcome("", {!is::locked}, {to::lock}, each_page("page"));
  };
  return HandMade(2).actor({0, 1}, lock_both).actor({1, 0}, lock_both).system();
}

/// A thread's step with one outcome, and what the monitors find in it.
struct Taken {
  World world;
  PropertySet violated = 0;
  bool operator==(const Taken&) const = default;
};

inline Taken take(const System& system, World world, Choice choice) {
  Taken taken;
  apply(system, world, choice, collecting(taken.violated));
  taken.world = world;
  return taken;
}

inline Choices choices_of(const System& system, const World& world, int thread) {
  Choices choices;
  enabled(system, world, thread, choices);
  return choices;
}

}  // namespace pincheck::test
