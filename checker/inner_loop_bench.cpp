// SPDX-License-Identifier: MIT
// Steps per second of the search's inner loop, beside the same model under RapidCheck's stateful
// testing. Both watch every property, and both offer only enabled choices.
#include <benchmark/benchmark.h>
#include <rapidcheck.h>
#include <rapidcheck/state.h>

#include <ctime>
#include <memory>
#include <stdexcept>
#include <string>

#include "checker/search.hpp"
#include "model/compile.hpp"
#include "model/files.hpp"

namespace pincheck {
namespace {

/// A scenario whose questions all hold: a violation would end RapidCheck's test.
struct Subject {
  System system;
  PropertySet asked = 0;

  explicit Subject(const std::string& name) {
    Model model;
    model.baseline = find_convention("get-put", model.kinds);
    const Convention convention = find_convention("linux-6.12", model.kinds);
    const Scenario scenario = find_scenario(name, model.kinds);
    Catalogue catalogue;
    system = compile(scenario, convention, model, catalogue);
    for (const auto& property : scenario.asks) asked |= PropertySet{1} << property_index(property);
  }
};

std::uint64_t inner_loop(const Subject& subject) {
  SearchOptions options;
  options.seed = 1;
  options.schedules = 10000;
  return search(subject.system, options, nullptr).steps;
}

/// The system under test. Only steps taken here count: RapidCheck applies each to the model too.
struct Watched {
  const Subject& subject;
  Run run{subject.system};
  std::uint64_t steps = 0;

  void check(PropertySet found) const {
    // RC_ASSERT would build its strings even when nothing is wrong.
    if ((found & subject.asked) != 0) RC_FAIL("violates what the scenario asks");
  }
};

/// One choice. RapidCheck draws the length of a sequence beforehand; so that no command of it is
/// idle, the one after the end of an execution begins the next execution.
class Take : public rc::state::Command<World, Watched> {
 public:
  Take(const System& system, Choice choice, bool anew)
      : system_(system), choice_(choice), anew_(anew) {}

  void apply(World& world) const override {
    if (anew_) world = system_.initial;
    pincheck::apply(system_, world, choice_, {});
  }

  void run(const World&, Watched& watched) const override {
    if (anew_) {
      watched.check(watched.run.finish());
      watched.run.restart();
    }
    watched.check(watched.run.take(choice_));
    ++watched.steps;
  }

 private:
  const System& system_;
  Choice choice_;
  bool anew_;
};

using Command = std::shared_ptr<const Take::CommandType>;

/// Any enabled choice. Lazy, since RapidCheck makes two generators per command and asks one, while
/// `world` is still there.
rc::Gen<Command> next_command(const System& system, const World& world) {
  return [&](const rc::Random& random, int) {
    Choices choices;
    enabled(system, world, choices);
    const bool anew = choices.size == 0;
    if (anew) enabled(system, system.initial, choices);
    const auto pick = rc::Random(random).next() % static_cast<unsigned>(choices.size);
    return rc::shrinkable::just(Command(std::make_shared<Take>(system, choices.item[pick], anew)));
  };
}

class Silent : public rc::detail::TestListener {
  void onTestCaseFinished(const rc::detail::CaseDescription&) override {}
  void onShrinkTried(const rc::detail::CaseDescription&, bool) override {}
  void onTestFinished(const rc::detail::TestMetadata&, const rc::detail::TestResult&) override {}
};

std::uint64_t rapidcheck_state(const Subject& subject) {
  Watched watched{subject};
  const auto property = [&] {
    watched.run.restart();
    rc::state::check(subject.system.initial, watched,
                     [&](const World& world) { return next_command(subject.system, world); });
  };
  rc::detail::TestParams params;
  params.seed = 1;
  params.maxSuccess = 200;
  params.disableShrinking = true;
  Silent silent;
  const auto result =
      rc::detail::checkProperty(rc::detail::toProperty(property), {}, params, silent, {});
  if (!result.is<rc::detail::SuccessResult>()) throw std::logic_error("RapidCheck does not pass");
  return watched.steps;
}

using Loop = std::uint64_t (*)(const Subject&);

void time_loop(benchmark::State& state, const std::string& scenario, Loop loop) {
  const Subject subject(scenario);
  std::uint64_t steps = 0;
  for (auto _ : state) steps += loop(subject);
  state.counters["steps/s"] =
      benchmark::Counter(static_cast<double>(steps), benchmark::Counter::kIsRate);
}

/// Steps per CPU second of one loop, over several turns.
struct Rate {
  Loop loop;
  std::uint64_t steps = 0;
  std::clock_t ticks = 0;

  void turn(const Subject& subject) {
    const std::clock_t start = std::clock();
    std::clock_t spent = 0;
    for (; spent < CLOCKS_PER_SEC / 20; spent = std::clock() - start) steps += loop(subject);
    ticks += spent;
  }
  double per_second() const {
    return static_cast<double>(steps) * CLOCKS_PER_SEC / static_cast<double>(ticks);
  }
};

void time_ratio(benchmark::State& state, const std::string& scenario) {
  const Subject subject(scenario);
  Rate inner{inner_loop};
  Rate rapidcheck{rapidcheck_state};
  for (auto _ : state) {
    // By turns, so that a change of the machine's speed meets both.
    for (int turn = 0; turn < 10; ++turn) {
      inner.turn(subject);
      rapidcheck.turn(subject);
    }
  }
  state.counters["inner_steps/s"] = inner.per_second();
  state.counters["rapidcheck_steps/s"] = rapidcheck.per_second();
  state.counters["ratio"] = inner.per_second() / rapidcheck.per_second();
}

[[maybe_unused]] const bool registered = [] {
  for (const std::string name : {"s5-reclaim-under-dio", "s2-splice-to-nfs", "s3-tmp-page"}) {
    benchmark::RegisterBenchmark(("BM_InnerLoop/" + name).c_str(), time_loop, name, inner_loop);
    benchmark::RegisterBenchmark(("BM_RapidCheckState/" + name).c_str(), time_loop, name,
                                 rapidcheck_state);
    benchmark::RegisterBenchmark(("BM_Ratio/" + name).c_str(), time_ratio, name)->Iterations(1);
  }
  return true;
}();

}  // namespace
}  // namespace pincheck
