// SPDX-License-Identifier: MIT
#include "checker/search/state_graph.hpp"

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <utility>

namespace pincheck::search {
namespace {

static_assert(std::has_unique_object_representations_v<World>, "worlds are compared as bytes");

/// States there is room for at first: what a search of a few dozen schedules sees.
constexpr std::size_t kUsualStates = 512;

std::uint32_t hash_of(const World& world) {
  std::array<std::uint64_t, (sizeof(World) + 7) / 8> words{};
  std::memcpy(words.data(), &world, sizeof world);
  // A polynomial, since its terms do not wait for each other; folded, since high bits stay high.
  constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15ULL;
  std::uint64_t hash = 0;
  std::uint64_t power = 1;
  for (const std::uint64_t word : words) hash += word * (power *= kOdd);
  hash = (hash ^ hash >> 32) * kOdd;
  return static_cast<std::uint32_t>(hash >> 32);
}

}  // namespace

StateGraph::StateGraph(const System& system, std::uint32_t max_states)
    : system_(system),
      max_states_(std::max(max_states, 1U)),
      states_(1),
      slots_(kMaxBlock),
      table_(2 * kUsualStates) {
  states_.reserve(kUsualStates);
  slots_.reserve(4 * kUsualStates);
  start_ = enter(system.initial);
}

StateGraph::Edge StateGraph::explore(Place from, std::uint32_t at, int thread) {
  static const PropertySet enders = run_enders();
  Slot slot = slots_[at];
  World world = states_[slots_[from.first].outcome].world;
  const FlatStep& step = system_.flat_step(world, thread);
  const Choice choice{static_cast<std::uint8_t>(thread),
                      static_cast<std::uint8_t>(slot.outcome - step.outcome_begin)};
  apply(system_, world, choice, collecting(slot.found));
  // After an ender the world means nothing; any block will do, since nobody moves from there.
  const Place to = (slot.found & enders) != 0 ? Place{start_.first, 0} : enter(world);
  slot.first = to.first;
  slot.movable = static_cast<ThreadSet>(to.movable);
  if (from.first != kScratch && to.first != kScratch) slots_[at] = slot;
  return {to, slot.outcome, slot.found};
}

StateGraph::Place StateGraph::enter(const World& world) {
  const std::uint32_t hash = hash_of(world);
  Entry& entry = find(world, hash);
  if (entry.first != kUnknown) return {entry.first, slots_[entry.first].movable};
  const std::uint32_t used = expand(world);
  const std::uint32_t movable = slots_[kScratch].movable;
  if (states_.size() > max_states_) return {kScratch, movable};
  entry = {hash, remember(used)};
  const Place place{entry.first, movable};
  if (2 * states_.size() > table_.size()) grow();
  return place;
}

/// Makes the scratch state, with a block of `used` slots, one to stay. Returns its block.
std::uint32_t StateGraph::remember(std::uint32_t used) {
  const std::size_t first = slots_.size();
  slots_.resize(first + used);
  std::copy_n(slots_.begin(), used, slots_.begin() + static_cast<std::ptrdiff_t>(first));
  slots_[first].outcome = static_cast<std::uint32_t>(states_.size());
  states_.push_back(states_[0]);
  return static_cast<std::uint32_t>(first);
}

/// Writes the scratch state and its block. Returns how many slots that are.
std::uint32_t StateGraph::expand(const World& world) {
  states_[0].world = world;
  judge_end(states_[0]);
  Choices choices;
  enabled(system_, world, choices);
  std::uint32_t movable = 0;
  for (const Choice& choice : choices) movable |= 1U << choice.thread;
  slots_[0] = {};
  slots_[0].movable = static_cast<ThreadSet>(movable);
  std::uint32_t used = 1 + threads_in(movable);
  const Choice* next = choices.begin();
  for (std::uint32_t at = 1; next != choices.end(); ++at) {
    const Choice* begin = next;
    while (next != choices.end() && next->thread == begin->thread) ++next;
    used = expand_thread(at, {begin, next}, used);
  }
  return used;
}

/// Writes the thread's slot and, if it has several outcomes, theirs from `used` on. Returns how
/// many slots are used then.
std::uint32_t StateGraph::expand_thread(std::uint32_t at, std::span<const Choice> choices,
                                        std::uint32_t used) {
  const int thread = choices.front().thread;
  const FlatStep& step = system_.flat_step(states_[0].world, thread);
  Slot fork;
  fork.first = used;
  for (const bool fault : {false, true}) {
    for (const Choice& choice : choices) {
      const std::uint32_t outcome = step.outcome_begin + choice.outcome;
      if (system_.outcomes[outcome].fault != fault) continue;
      slots_[choices.size() == 1 ? at : used++] = {kUnknown, 0, 1, 0, outcome, 0};
      (fault ? fork.faults : fork.ordinary) += 1;
    }
  }
  if (choices.size() > 1) slots_[at] = fork;
  return used;
}

void StateGraph::judge_end(State& state) const {
  state.at_end = 0;
  state.settled = quiescent(system_, state.world);
  if (state.settled) report_quiescence(system_, state.world, collecting(state.at_end));
}

PropertySet StateGraph::end(Place last) const {
  const State& state = states_[slots_[last.first].outcome];
  if (state.settled) return state.at_end;
  PropertySet found = 0;
  report_end(system_, state.world, true, collecting(found));
  return found;
}

Choice StateGraph::choice(std::uint32_t outcome) const {
  const auto step =
      std::upper_bound(system_.steps.begin(), system_.steps.end(), outcome,
                       [](std::uint32_t o, const FlatStep& s) { return o < s.outcome_end; });
  const auto number = static_cast<std::uint32_t>(step - system_.steps.begin());
  const auto thread =
      std::upper_bound(system_.threads.begin(), system_.threads.end(), number,
                       [](std::uint32_t n, const FlatThread& t) { return n < t.step_begin; });
  return {static_cast<std::uint8_t>(thread - system_.threads.begin() - 1),
          static_cast<std::uint8_t>(outcome - step->outcome_begin)};
}

/// The entry of the world, or the free one where it belongs.
StateGraph::Entry& StateGraph::find(const World& world, std::uint32_t hash) {
  const std::size_t mask = table_.size() - 1;
  for (std::size_t i = hash & mask;; i = (i + 1) & mask) {
    Entry& entry = table_[i];
    if (entry.first == kUnknown) return entry;
    if (entry.hash != hash) continue;
    const State& state = states_[slots_[entry.first].outcome];
    if (std::memcmp(&state.world, &world, sizeof world) == 0) return entry;
  }
}

void StateGraph::grow() {
  const std::vector<Entry> old = std::exchange(table_, std::vector<Entry>(2 * table_.size()));
  const std::size_t mask = table_.size() - 1;
  for (const Entry& entry : old) {
    if (entry.first == kUnknown) continue;
    std::size_t i = entry.hash & mask;
    while (table_[i].first != kUnknown) i = (i + 1) & mask;
    table_[i] = entry;
  }
}

}  // namespace pincheck::search
