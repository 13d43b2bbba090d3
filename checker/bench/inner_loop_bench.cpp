// SPDX-License-Identifier: MIT
// Steps per second of the search's inner loop, beside the same model under RapidCheck's stateful
// testing, written in two styles. All watch every property and offer only enabled choices.
#include <benchmark/benchmark.h>
#include <rapidcheck.h>
#include <rapidcheck/state.h>

#include <ctime>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "checker/search/search.hpp"
#include "model/compile/compile.hpp"
#include "model/compile/files.hpp"

namespace pincheck::bench {
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

/// As many schedules as `pincheck check` tries per cell; the state graph begins empty each time.
std::uint64_t inner_loop(const Subject& subject) {
  return search(subject.system, {.seed = 1, .schedules = 20000}, nullptr).steps;
}

/// The system under test. Only steps taken here count: RapidCheck applies each to the model too.
struct Watched {
  const Subject& subject;
  Run run{subject.system};
  std::uint64_t steps = 0;

  bool fine(PropertySet found) const { return (found & subject.asked) == 0; }
};

/// What RapidCheck's commands know of the state.
struct Known {
  const System* system;
  World world;
};
using Command = rc::state::Command<Known, Watched>;

/// A command as RapidCheck's documentation writes them: it draws what it needs when it is made, and
/// asserts what it finds. Idle once nobody can move, which no sequence's length can foresee.
class DocumentedTake : public Command {
 public:
  explicit DocumentedTake(const Known& known) {
    Choices choices;
    enabled(*known.system, known.world, choices);
    idle_ = choices.size == 0;
    if (!idle_) choice_ = *rc::gen::elementOf(std::vector<Choice>(choices.begin(), choices.end()));
  }

  void apply(Known& known) const override {
    if (!idle_) pincheck::apply(*known.system, known.world, choice_, {});
  }

  void run(const Known&, Watched& watched) const override {
    if (idle_) return;
    RC_ASSERT(watched.fine(watched.run.take(choice_)));
    ++watched.steps;
  }

 private:
  Choice choice_;
  bool idle_ = false;
};

/// The least that RapidCheck can do for a step: no idle commands, since the one after an
/// execution's end begins the next, and no strings unless an assertion fails.
class TightTake : public Command {
 public:
  TightTake(Choice choice, bool anew) : choice_(choice), anew_(anew) {}

  void apply(Known& known) const override {
    if (anew_) known.world = known.system->initial;
    pincheck::apply(*known.system, known.world, choice_, {});
  }

  void run(const Known&, Watched& watched) const override {
    if (anew_) {
      check(watched, watched.run.finish());
      watched.run.restart();
    }
    check(watched, watched.run.take(choice_));
    ++watched.steps;
  }

 private:
  static void check(const Watched& watched, PropertySet found) {
    if (!watched.fine(found)) RC_FAIL("violates what the scenario asks");
  }

  Choice choice_;
  bool anew_;
};

/// Lazy, since RapidCheck makes two generators per command and asks one, while `known` is there.
rc::Gen<std::shared_ptr<const Command>> tight_take(const Known& known) {
  return [&](const rc::Random& random, int) {
    Choices choices;
    enabled(*known.system, known.world, choices);
    const bool anew = choices.size == 0;
    if (anew) enabled(*known.system, known.system->initial, choices);
    const auto pick = rc::Random(random).next() % static_cast<unsigned>(choices.size);
    return rc::shrinkable::just(
        std::shared_ptr<const Command>(std::make_shared<TightTake>(choices.item[pick], anew)));
  };
}

class Silent : public rc::detail::TestListener {
  void onTestCaseFinished(const rc::detail::CaseDescription&) override {}
  void onShrinkTried(const rc::detail::CaseDescription&, bool) override {}
  void onTestFinished(const rc::detail::TestMetadata&, const rc::detail::TestResult&) override {}
};

/// rc::check with a fixed seed and without its output.
template <class MakeCommand>
std::uint64_t rapidcheck(const Subject& subject, const MakeCommand& make_command) {
  Watched watched{subject};
  const auto property = [&] {
    watched.run.restart();
    rc::state::check(Known{&subject.system, subject.system.initial}, watched, make_command);
    RC_ASSERT(watched.fine(watched.run.finish()));
  };
  rc::detail::TestParams params;
  params.seed = 1;
  params.maxSuccess = 200;
  params.disableShrinking = true;
  Silent silent;
  const rc::detail::TestResult result =
      rc::detail::checkProperty(rc::detail::toProperty(property), {}, params, silent, {});
  if (!result.is<rc::detail::SuccessResult>()) throw std::logic_error("RapidCheck does not pass");
  return watched.steps;
}

std::uint64_t documented(const Subject& subject) {
  return rapidcheck(subject, rc::state::gen::execOneOfWithArgs<DocumentedTake>());
}
std::uint64_t tight(const Subject& subject) { return rapidcheck(subject, tight_take); }

/// Steps per CPU second of one loop, over several turns.
struct Rate {
  std::uint64_t (*loop)(const Subject&);
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
  Rate usual{documented};
  Rate least{tight};
  for (auto _ : state) {
    // By turns, so that a change of the machine's speed meets all.
    for (int turn = 0; turn < 10; ++turn)
      for (Rate* rate : {&inner, &usual, &least}) rate->turn(subject);
  }
  state.counters["inner_steps/s"] = inner.per_second();
  state.counters["documented_steps/s"] = usual.per_second();
  state.counters["tight_steps/s"] = least.per_second();
  state.counters["ratio_documented"] = inner.per_second() / usual.per_second();
  state.counters["ratio_tight"] = inner.per_second() / least.per_second();
}

[[maybe_unused]] const bool registered = [] {
  for (const std::string name : {"s2-splice-to-nfs", "s3-tmp-page", "s5-reclaim-under-dio"})
    benchmark::RegisterBenchmark(("BM_Ratio/" + name).c_str(), time_ratio, name)->Iterations(1);
  return true;
}();

}  // namespace
}  // namespace pincheck::bench
