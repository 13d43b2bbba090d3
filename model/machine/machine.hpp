// SPDX-License-Identifier: MIT
// model/machine: uses model/question; used by model/compile, properties.
// The interpreter: which choices are enabled in a world, and what taking one does.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "model/language/event.hpp"
#include "model/language/step.hpp"
#include "model/question/convention.hpp"

namespace pincheck {

/// A thread takes its current step with one of the step's outcomes.
struct Choice {
  std::uint8_t thread = 0;
  std::uint8_t outcome = 0;  ///< index among the step's outcomes
  bool operator==(const Choice&) const = default;
};

/// The enabled choices of a world, without allocation.
struct Choices {
  std::array<Choice, kMaxChoices> item{};
  int size = 0;
  const Choice* begin() const { return item.data(); }
  const Choice* end() const { return item.data() + size; }
};

/// Programs flattened for the inner loop; indices into System's arrays.
struct FlatOutcome {
  std::uint16_t test_begin, test_end, effect_begin, effect_end;
  std::int32_t coverage;
  Thread::Place next;
  bool fault;
};
struct FlatStep {
  std::uint32_t outcome_begin, outcome_end;
};
struct FlatThread {
  std::uint32_t step_begin = 0;
  Thread::Place steps = 0;  ///< program counter `steps` means finished
};

/// What an actor's caller meets, and what is taken per page: for explanations only.
struct Meeting {
  std::string kind;                  ///< iterator kind that the caller sees, "" without a caller
  Take takes = Take::none;           ///< by extraction
  std::string baseline;              ///< name of the convention that not-refused compares with
  Take baseline_takes = Take::none;  ///< by extraction there, or else by the request
};

/// Everything about a scenario that does not change: programs, page kinds, arithmetic, start.
struct System {
  World initial;
  Arithmetic arithmetic;
  int pages = 0;
  int mms = 1;  ///< address spaces
  int pipes = 0;
  int processes = 0;  ///< those of several actors
  int actors = 0;
  std::array<std::uint8_t, kMaxPages> order{};      ///< folio order; subpages = 1 << order
  std::array<bool, kMaxActors> baseline_accepts{};  ///< not-refused: the baseline takes it
  std::array<int, kMaxActors> meeting{};            ///< Catalogue number of path, caller, kind
  std::array<Meeting, kMaxActors> met{};
  std::array<Thread::Place, kMaxActors> exit_at{};  ///< where leave() begins; 0: never
  std::vector<Program> programs;                    ///< per thread, with all names
  std::vector<FlatThread> threads;
  std::vector<FlatStep> steps;
  std::vector<FlatOutcome> outcomes;
  std::vector<Test> tests;
  std::vector<Effect> effects;

  int nr_pages(int page) const { return 1 << order[page]; }
  bool large(int page) const { return order[page] > 0; }
  int thread_count() const { return 2 * actors; }
  bool finished(const World& world, int thread) const {
    return world.thread[thread].pc == threads[thread].steps;
  }
  /// Steps of the thread's program before its exit, which any task has.
  int path_steps(int thread) const {
    const int exit = thread % 2 == 0 ? exit_at[thread / 2] : 0;
    return exit != 0 ? exit : threads[thread].steps;
  }
  /// The submitter has left its path: its process exits, or has.
  bool leaving(const World& world, int thread) const {
    return thread % 2 == 0 && world.thread[thread].pc >= path_steps(thread);
  }
  const Step& step_of(const World& world, int thread) const {
    return programs[thread][world.thread[thread].pc];
  }
  /// The same in the flat arrays.
  const FlatStep& flat_step(int thread, int pc) const {
    return steps[threads[thread].step_begin + static_cast<unsigned>(pc)];
  }
  const FlatStep& flat_step(const World& world, int thread) const {
    return flat_step(thread, world.thread[thread].pc);
  }
  const FlatOutcome& outcome_of(const World& world, Choice choice) const {
    return outcomes[flat_step(world, choice.thread).outcome_begin + choice.outcome];
  }
  /// Fills the flat arrays from `programs`; outcome ids must be set already. Throws
  /// std::length_error where their indices do not reach.
  void flatten();
};

/// What is told about events; a plain function, so that the inner loop stays without allocation.
struct Observer {
  void (*tell)(void* context, const System&, const World&, const Event&) = nullptr;
  void* context = nullptr;
  void operator()(const System& system, const World& world, const Event& event) const {
    if (tell != nullptr) tell(context, system, world, event);
  }
};

bool holds(const System&, const World&, int thread, const Test&);

/// All choices enabled in `world`.
void enabled(const System&, const World&, Choices&);
/// Adds those of one thread.
void enabled(const System&, const World&, int thread, Choices&);

/// Takes an enabled choice.
void apply(const System&, World&, Choice, const Observer&);

/// Nobody can move: true when every thread has finished or was never started.
bool quiescent(const System&, const World&);

/// True when thread is an actor's completion that nothing was ever submitted to.
bool idle(const System&, const World&, int thread);

/// What the teardown would find once everybody has finished: every reference still in the ledger as
/// left_over, and every page as quiescent with its counter (`before`) and what its holders add up
/// to (`after`). Structural holders (cache, PTE, buffers, pipe rings) each give back exactly what
/// they took, so comparing with their sum is the same as dropping them one by one.
void report_quiescence(const System&, const World&, const Observer&);

}  // namespace pincheck
