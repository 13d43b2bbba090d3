// SPDX-License-Identifier: MIT
#include "checker/export/facts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace pincheck::exporting {
namespace {

/// With one slot there is no next one; only looking through a ring tries to go on.
bool moves_cursor(const Program& program, int slots) {
  bool moves = false;
  for (const Step& step : program)
    for (const Outcome& outcome : step.outcomes)
      for (const Effect& effect : outcome.effects) {
        if (effect.op == Do::pipe_peek) return true;
        moves = moves || effect.op == Do::next_slot;
      }
  return moves && slots > 1;
}

std::vector<PipeFacts> pipes_at_start(const Scenario& scenario, const System& system) {
  std::vector<PipeFacts> pipes(static_cast<std::size_t>(system.pipes));
  for (std::size_t i = 0; i < pipes.size(); ++i) {
    const Pipe& pipe = system.initial.pipe[i];
    pipes[i].name = i < scenario.pipes.size() ? scenario.pipes[i].name : fmt::format("pipe{}", i);
    pipes[i].capacity = pipe.count;
    for (int k = 0; k < pipe.count; ++k) pipes[i].ops.insert(static_cast<int>(pipe.ring[k].ops()));
  }
  return pipes;
}

/// A step that pushes runs at most once for each page that the actor lists.
void bound_pipes(std::vector<PipeFacts>& pipes, const System& system) {
  std::set<std::pair<int, int>> pushers;
  for_each_effect(system, [&](int thread, const Effect& effect) {
    const int listed = std::max<int>(system.initial.request[thread / 2].count, 1);
    if (effect.op == Do::pipe_push && pushers.insert({thread, pipe_of(effect)}).second)
      pipes[pipe_of(effect)].capacity += listed;
    if (effect.op == Do::pipe_dup_head) ++pipes[other_pipe_of(effect)].capacity;
  });
  for (PipeFacts& pipe : pipes) pipe.capacity = std::clamp(pipe.capacity, 1, kRingSlots);
}

void bound_slots(Facts& facts, const System& system) {
  for (int actor = 0; actor < system.actors; ++actor)
    facts.request[actor].slots = system.initial.request[actor].count;
  for_each_effect(system, [&](int thread, const Effect& effect) {
    int& slots = facts.request[thread / 2].slots;
    if (effect.op == Do::alloc || effect.op == Do::pipe_take_tmp) slots = std::max(slots, 1);
    if (effect.op == Do::pipe_peek) slots = std::max(slots, facts.pipe[pipe_of(effect)].capacity);
  });
}

/// Twice what the ledger and the structural holders can add up to, for counts gone wrong.
void bound_counts(Facts& facts, const System& system) {
  constexpr int kStructural = 64;
  int most = kStructural;
  for (const RequestFacts& request : facts.request)
    for (const bool held : request.holds)
      if (held) most += request.slots * system.arithmetic.bias;
  facts.reach = facts.most = 2 * most;
  const int width = system.arithmetic.width;
  facts.wraps = width < 31 && facts.reach >= 1 << (width - 1);
  if (facts.wraps) facts.reach = 1 << (width - 1);
}

}  // namespace

bool may_wait(const Facts& facts, const Step& step) {
  constexpr std::size_t kMostQuestions = 16;
  std::vector<Test> questions;
  for (const Outcome& outcome : step.outcomes)
    for (Test test : outcome.when) {
      test.expect = true;
      if (std::find(questions.begin(), questions.end(), test) == questions.end())
        questions.push_back(test);
    }
  if (questions.size() > kMostQuestions) return true;
  const auto holds = [&](const Test& test, unsigned answers) {
    Test question = test;
    question.expect = true;
    const auto index = std::find(questions.begin(), questions.end(), question) - questions.begin();
    return ((answers >> index & 1) != 0) == test.expect;
  };
  for (unsigned answers = 0; answers < 1U << questions.size(); ++answers) {
    const auto impossible = [&](const Test& test) {
      return test.ask == Ask::backing_is && holds(test, answers) &&
             !facts.backings.contains(static_cast<Backing>(test.arg));
    };
    if (std::any_of(questions.begin(), questions.end(), impossible)) continue;
    const bool goes =
        std::any_of(step.outcomes.begin(), step.outcomes.end(), [&](const Outcome& outcome) {
          return std::all_of(outcome.when.begin(), outcome.when.end(),
                             [&](const Test& test) { return holds(test, answers); });
        });
    if (!goes) return true;
  }
  return false;
}

Facts facts_of(const Scenario& scenario, const System& system) {
  Facts facts;
  facts.request.resize(static_cast<std::size_t>(system.actors));
  facts.pipe = pipes_at_start(scenario, system);
  for (int twice = 0; twice < 2; ++twice)  // a tee of a tee's output
    for_each_effect(system, [&](int thread, const Effect& effect) {
      facts.does.insert(effect.op);
      see(facts, facts.request[thread / 2], effect);
    });
  bound_pipes(facts.pipe, system);
  bound_slots(facts, system);
  bound_counts(facts, system);
  for (int thread = 0; thread < system.thread_count(); ++thread)
    facts.cursor.push_back(moves_cursor(system.programs[thread], facts.request[thread / 2].slots));

  const bool marks = facts.frees || facts.reuses;
  for (RequestFacts& request : facts.request) request.stale = marks && request.slots > 0;
  for (int page = 0; page < system.pages; ++page) {
    const Page& start = system.initial.page[page];
    facts.page_flags |= start.flags;
    for (int mm = 0; mm < system.mms; ++mm)
      facts.pte_flags[mm] |= system.initial.pte[mm][page].flags;
    facts.backings.insert(start.backing);
    facts.pins = facts.pins || (facts.pinning && system.large(page));
    if (facts.allocates && start.backing != Backing::pipe && !system.large(page))
      facts.backing_varies = true;
  }
  if (facts.allocates) facts.backings.insert(Backing::pipe);
  if (facts.frees) facts.page_flags |= kFree;
  return facts;
}

}  // namespace pincheck::exporting
