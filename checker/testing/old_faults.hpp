// SPDX-License-Identifier: MIT
// checker/testing: uses checker/report, checker/predict, checker/reproduce; used by all tests.
// Faults that the model once had, put back into compiled programs: what oracles are tried on.
#pragma once

#include <algorithm>

#include "checker/testing/metamorphic.hpp"

namespace pincheck::test {

/// Programs changed, flat arrays made again.
inline System rewritten(System system, const std::function<void(System&)>& change) {
  change(system);
  system.threads.clear();
  system.steps.clear();
  system.outcomes.clear();
  system.tests.clear();
  system.effects.clear();
  system.flatten();
  return system;
}

inline Compile with_fault(const std::function<void(System&)>& change) {
  return [change](const Question& q) -> std::optional<System> {
    auto system = as_is(q);
    if (system) system = rewritten(std::move(*system), change);
    return system;
  };
}

inline bool does(const Outcome& outcome, Do op) {
  return std::any_of(outcome.effects.begin(), outcome.effects.end(),
                     [&](const Effect& effect) { return effect.op == op; });
}
inline bool does(const Program& program, Do op) {
  return std::any_of(program.begin(), program.end(), [&](const Step& step) {
    return std::any_of(step.outcomes.begin(), step.outcomes.end(),
                       [&](const Outcome& outcome) { return does(outcome, op); });
  });
}

/// Whether an outcome asks this and expects that answer.
inline bool asks(const Outcome& outcome, Ask ask, bool expect) {
  return std::any_of(outcome.when.begin(), outcome.when.end(),
                     [&](const Test& test) { return test.ask == ask && test.expect == expect; });
}

template <class Change>
void each_step(System& system, const Change& change) {
  for (Program& program : system.programs)
    for (Step& step : program) change(program, step);
}

/// The question is answered with no wherever it is asked.
inline void always_no(System& system, Ask ask) {
  each_step(system, [&](Program&, Step& step) {
    std::erase_if(step.outcomes, [&](const Outcome& outcome) { return asks(outcome, ask, true); });
    for (Outcome& outcome : step.outcomes)
      std::erase_if(outcome.when, [&](const Test& test) { return test.ask == ask; });
  });
}

/// A pipe that several actors have open is never closed for the last time.
inline void shared_pipe_stays(System& system) {
  const auto close = [](const Program& program) { return does(program, Do::pipe_close); };
  if (std::count_if(system.programs.begin(), system.programs.end(), close) > 1)
    always_no(system, Ask::pipe_last);
}

/// The flusher's batch keeps its reference until writeback ends, and nobody sees the disk's read.
inline void batch_keeps_folio(System& system) {
  for (int actor = 0; actor < system.actors; ++actor) {
    const auto thread = static_cast<std::size_t>(actor) * 2;
    Program& disk = system.programs[thread + 1];
    if (!does(disk, Do::writeback_read)) continue;
    for (Step& step : disk)
      for (Outcome& outcome : step.outcomes) std::erase(outcome.effects, to::device_read);
    for (Step& step : system.programs[thread]) {
      if (!std::any_of(step.outcomes.begin(), step.outcomes.end(),
                       [](const Outcome& outcome) { return does(outcome, Do::put); }))
        continue;
      Outcome later = step.outcomes.front();
      later.when.push_back(is::request(kDeviceDone));
      step.outcomes.front().when.push_back(!is::request(kSubmitted));
      step.outcomes.push_back(later);
    }
  }
}

/// A request that its waiter took back ends before what is to be released later.
inline void cancelled_ends(System& system) {
  for (int actor = 0; actor < system.actors; ++actor) {
    Program& completion = system.programs[2 * actor + 1];
    for (Step& step : completion)
      for (Outcome& outcome : step.outcomes)
        if (std::find(outcome.when.begin(), outcome.when.end(), is::request(kCancelled)) !=
            outcome.when.end())
          outcome.next = static_cast<int>(completion.size());
  }
}

/// A page that is listed twice is locked twice.
inline void locked_per_slot(System& system) { always_no(system, Ask::listed_before); }

/// `release` beside take-over has no effect.
inline std::optional<System> ignores_release(const Question& q) {
  Question ignoring = q;
  for (RowEntry& entry : ignoring.convention.rows)
    if (entry.row.request == Take::hand_over) entry.row.release = Drop::as_acquired;
  return as_is(ignoring);
}

}  // namespace pincheck::test
