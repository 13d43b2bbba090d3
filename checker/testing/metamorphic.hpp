// SPDX-License-Identifier: MIT
// checker/testing: uses checker/report, checker/predict, checker/reproduce; used by all tests.
// What the metamorphic tests share: small questions drawn at random, answers that are proofs, and
// laws about how the answer follows a change of the question.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "checker/explore/explore.hpp"
#include "checker/judge/verdict.hpp"
#include "checker/testing/forall.hpp"
#include "model/compile/well_formed.hpp"

namespace pincheck::test {

struct Question {
  Scenario scenario;
  Convention convention;
};

inline std::string text_of(const Question& q) {
  return write_scenario(q.scenario, "") + "\n# under\n" + write_convention(q.convention, "");
}

/// What small scenarios are drawn from.
struct Draw {
  std::vector<std::string> paths;  ///< empty for all
  int actors = 2;
  int pages = 2;
  int pipes = 2;
};

class SmallScenario {
 public:
  explicit SmallScenario(Draw from) : from_(std::move(from)) {}

  Scenario draw() {
    scenario_.name = "generated";
    for (int left = choose_.number(1, from_.pages); left > 0; --left) add_page();
    for (int left = choose_.number(0, from_.pipes); left > 0; --left) add_pipe();
    for (int left = choose_.number(1, from_.actors); left > 0; --left) add_actor();
    RC_PRE(!scenario_.actors.empty());
    return tidied(scenario_, model().kinds);
  }

  /// More of the same, for laws that add something.
  SmallScenario(Scenario begun, Draw from) : from_(std::move(from)), scenario_(std::move(begun)) {
    for (const ActorSpec& actor : scenario_.actors)
      generate::join(taken_, generate::claim_of(actor, scenario_.pages), pipes());
  }
  Scenario scenario() const { return scenario_; }
  void add_page() {
    scenario_.pages.push_back(grammar_.page());
    scenario_.pages.back().name = generate::page_name(static_cast<int>(scenario_.pages.size()) - 1);
  }
  void add_pipe() {
    scenario_.pipes.push_back(grammar_.pipe(scenario_.pages));
    scenario_.pipes.back().name = generate::pipe_name(pipes() - 1);
  }
  /// False where there is no room.
  bool add_empty_pipe() {
    if (pipes() + taken_.pipes >= kMaxPipes) return false;
    scenario_.pipes.push_back({generate::pipe_name(pipes()), {}});
    return true;
  }
  /// False where none was found that fits.
  bool add_actor() {
    for (int tries = 0; tries < 8; ++tries) {
      auto actor = grammar_.actor(path(), callers(), scenario_.pages, pipes(), taken_);
      if (!actor || !generate::join(taken_, generate::claim_of(*actor, scenario_.pages), pipes()))
        continue;
      actor->name = generate::actor_name(actor->path, static_cast<int>(scenario_.actors.size()));
      scenario_.actors.push_back(std::move(*actor));
      return true;
    }
    return false;
  }

 private:
  static constexpr int kSlots = 2;
  Draw from_;
  DrawnChooser choose_;
  generate::Grammar grammar_{model().kinds, kSlots, choose_};
  Scenario scenario_;
  generate::Claim taken_;

  int pipes() const { return static_cast<int>(scenario_.pipes.size()); }
  Path path() {
    return from_.paths.empty() ? choose_.one_of(paths()) : *find_path(choose_.one_of(from_.paths));
  }
};

/// A row that the convention's reader takes, or nothing.
inline bool accepted(const Convention& convention) {
  try {
    parse_convention(write_convention(convention, ""), "varied.toml", model().kinds);
    return true;
  } catch (const InputError&) {
    return false;
  }
}

/// A shipped convention, its rows for the scenario's callers only, and for one in two with other
/// words in them.
inline Convention any_convention(const Scenario& scenario) {
  DrawnChooser choose;
  Convention made = choose.one_of(shipped_conventions(model().kinds));
  made.expect.clear();
  std::erase_if(made.rows, [&](const RowEntry& entry) {
    return std::none_of(scenario.actors.begin(), scenario.actors.end(),
                        [&](const ActorSpec& actor) { return actor.caller == entry.caller; });
  });
  if (choose.chance(50)) return made;
  Convention varied = made;
  varied.name = varied.label = "varied";
  for (RowEntry& entry : varied.rows) {
    Row row = entry.row;
    if (row.extract != Take::refuse)
      row.extract = choose.one_of(std::vector{row.extract, Take::none, Take::get, Take::pin});
    row.release = choose.one_of(std::vector{row.release, Drop::as_acquired, Drop::put, Drop::none});
    row.when = choose.one_of(std::vector{row.when, When::completion, When::deferred});
    row.request = choose.one_of(std::vector{row.request, Take::none, Take::get, Take::pin});
    Convention one = varied;
    one.rows = {{entry.caller, entry.kind, entry.direction, row}};
    if (accepted(one)) entry.row = row;
  }
  varied.reclaim_tests_pins = choose.chance(70);
  varied.writeback_skips_pinned = choose.chance(20);
  return accepted(varied) ? varied : made;
}

inline Question any_question(const Draw& from = {}) {
  return *rc::gen::exec([from] {
    Question q;
    q.scenario = SmallScenario(from).draw();
    q.convention = any_convention(q.scenario);
    return q;
  });
}

/// compile(), or a compilation with an old fault in it; nothing where the convention is silent.
using Compile = std::function<std::optional<System>(const Question&)>;
inline std::optional<System> as_is(const Question& q) { return compiled(q.scenario, q.convention); }

/// What every interleaving of a small system shows.
struct Answer {
  PropertySet violated = 0;
  std::uint64_t states = 0;
  bool proved = false;  ///< what is not violated holds
};

inline Answer answer(const System& system, std::uint64_t max_states,
                     const explore::Reductions& reductions = {}) {
  explore::ExploreOptions options;
  options.max_states = max_states;
  options.reductions = reductions;
  const explore::ExploreResult found = explore::explore(system, options);
  return {found.violated, found.states, found.finished()};
}

/// The question before a change gets few states, the one after it more.
inline constexpr std::uint64_t kFewStates = 3000;
inline constexpr std::uint64_t kMoreStates = 20000;

/// Discards questions that are not stated, and those with more states.
inline Answer answer_of(const Question& q, const Compile& by, std::uint64_t max_states) {
  const auto system = by(q);
  RC_PRE(system.has_value());
  const Answer found = answer(*system, max_states);
  RC_PRE(found.proved);
  return found;
}

inline PropertySet bit(std::string_view property) {
  return PropertySet{1} << property_index(property);
}
/// All but those that say that something does happen.
inline PropertySet safety() {
  return ((PropertySet{1} << properties().size()) - 1) & ~bit("completes") & ~bit("not-refused");
}

/// What was violated and is not any more, although every run from before is still there.
inline PropertySet lost(const Answer& before, const Answer& after) {
  return before.violated & ~after.violated & safety();
}

/// The same where runs from before may now end early, by a violation after which nothing means
/// anything: that hides all that came later.
inline PropertySet lost_or_hidden(const Answer& before, const Answer& after) {
  return (after.violated & run_enders()) != 0 ? 0 : lost(before, after);
}

/// Fails with both questions.
inline void check_none(PropertySet broken, const Question& before, const Question& after) {
  if (broken == 0) return;
  RC_LOG() << judge::property_names(broken) << "\n--- before\n"
           << text_of(before) << "\n--- after\n"
           << text_of(after);
  RC_FAIL("the law does not hold");
}

using Law = std::function<void(const Compile&)>;

/// The law, on so many generated questions.
inline void check_law(const Law& law, int cases) {
  forall(cases, [&] { law(as_is); });
}

/// Whether the law finds the fault within 1000 questions, always the same.
inline bool finds(const Law& law, const Compile& faulty) {
  rc::detail::TestParams some = params(1000);
  some.seed = 1;
  some.disableShrinking = true;
  return rc::detail::checkTestable([&] { law(faulty); }, rc::detail::TestMetadata{}, some)
      .is<rc::detail::FailureResult>();
}

}  // namespace pincheck::test
