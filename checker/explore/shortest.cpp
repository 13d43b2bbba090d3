// SPDX-License-Identifier: MIT
#include "checker/explore/shortest.hpp"

#include <algorithm>
#include <bit>
#include <stdexcept>

#include "checker/explore/visited.hpp"

namespace pincheck {
namespace {

void collect(void* found, const System& system, const World& world, const Event& event) {
  *static_cast<PropertySet*>(found) |= violations(system, world, event);
}

/// A breadth-first search that keeps every state with the one it came from.
class Tree {
 public:
  Tree(ScenarioSpace& space, PropertySet wanted, const ShortestOptions& options)
      : space_(space),
        worker_(space),
        options_(options),
        wanted_(wanted),
        visited_({false, sizeof(std::uint32_t), space.key_bits()}, options.max_bytes / 2),
        keys_(space.key_bits(), false) {}

  /// Returns false when numbers outgrew the layout: widen it and start anew.
  bool grow(const std::vector<Key>& starts);
  Shortest result;

 private:
  bool add(Key key, std::uint32_t parent);
  void judge_if_settled(std::uint32_t node);
  void judge_steps(std::uint32_t node, PropertySet violated);
  void judge_end(std::uint32_t node, bool nobody_moves);
  void remember(PropertySet violated, std::uint32_t node, const std::vector<Choice>& last);
  std::vector<Choice> schedule_to(std::uint32_t node);
  bool all_found() const { return (wanted_ & ~result.found) == 0; }

  ScenarioSpace& space_;
  ScenarioSpace::Worker worker_;
  const ShortestOptions& options_;
  PropertySet wanted_;
  Visited visited_;
  Frontier keys_;  ///< every state, in the order it was found
  std::vector<std::uint32_t> parents_;
};

bool Tree::grow(const std::vector<Key>& starts) {
  std::vector<Reached> reached;
  bool room = true;
  for (const Key key : starts) room = add(key, UINT32_MAX) && room;
  for (std::uint32_t node = 0; room && node < keys_.size() && !all_found(); ++node) {
    if (node % 4096 == 0 && options_.stopped != nullptr && options_.stopped()) return true;
    reached.clear();
    const Expansion done = worker_.expand(keys_[node], reached);
    if (!done.complete) return false;
    const PropertySet fresh = done.violated & wanted_ & ~result.found;
    if (fresh != 0 && done.steps > 0) judge_steps(node, fresh);
    if (fresh != 0 && done.steps == 0) judge_end(node, true);
    for (const Reached& next : reached) room = room && add(next.key, node);
  }
  result.proved = room && options_.reductions == Reductions::none();
  return true;
}

/// Returns false when there is no room for it.
bool Tree::add(Key key, std::uint32_t parent) {
  const Visited::Place place = visited_.insert(key, hash_of(key));
  const std::size_t used =
      visited_.bytes() + keys_.bytes() + parents_.capacity() * sizeof(std::uint32_t);
  if (place.slot == Visited::kFull || used > options_.max_bytes) return false;
  if (!place.fresh) return true;
  const auto node = static_cast<std::uint32_t>(keys_.size());
  keys_.push({key});
  parents_.push_back(parent);
  judge_if_settled(node);
  return true;
}

/// Every actor has finished or never was there.
void Tree::judge_if_settled(std::uint32_t node) {
  const Key key = keys_[node].key;
  if ((key & Layout::kEnded) != 0) return;
  for (int actor = 0; actor < space_.system().actors; ++actor) {
    const std::uint32_t number = space_.layout().get(key, actor);
    if (!space_.components().info(actor, number).settled) return;
  }
  judge_end(node, false);
}

void Tree::judge_end(std::uint32_t node, bool nobody_moves) {
  PropertySet found = 0;
  report_end(space_.system(), space_.unpack(keys_[node].key), nobody_moves, {&collect, &found});
  remember(found, node, {});
}

/// Finds the steps out of the node that violate something.
void Tree::judge_steps(std::uint32_t node, PropertySet violated) {
  MacroSteps steps(space_.components(), space_.reductions().merge);
  const World world = space_.unpack(keys_[node].key);
  std::vector<Walk> walks;
  for (int thread = 0; thread < space_.system().thread_count(); ++thread)
    steps.from(world, thread, walks);
  for (const Walk& walk : walks)
    if ((walk.violated & violated) != 0) remember(walk.violated, node, walk.choices);
}

void Tree::remember(PropertySet violated, std::uint32_t node, const std::vector<Choice>& last) {
  const PropertySet fresh = violated & wanted_ & ~result.found;
  if (fresh == 0) return;
  std::vector<Choice> schedule = schedule_to(node);
  schedule.insert(schedule.end(), last.begin(), last.end());
  for (PropertySet rest = fresh; rest != 0; rest &= rest - 1)
    result.schedule[std::countr_zero(rest)] = schedule;
  result.found |= fresh;
}

std::vector<Choice> Tree::schedule_to(std::uint32_t node) {
  std::vector<std::uint32_t> way;
  for (std::uint32_t at = node; at != UINT32_MAX; at = parents_[at]) way.push_back(at);
  std::reverse(way.begin(), way.end());
  MacroSteps steps(space_.components(), space_.reductions().merge);
  std::vector<Choice> schedule;
  std::vector<Walk> walks = steps.at_start();
  World world = space_.system().initial;
  for (const std::uint32_t next : way) {
    const auto leads_there = [&](const Walk& walk) {
      return space_.pack(walk.world, walk.ended) == keys_[next].key;
    };
    const auto walk = std::find_if(walks.begin(), walks.end(), leads_there);
    if (walk == walks.end()) throw std::logic_error("a state is not where it was found");
    schedule.insert(schedule.end(), walk->choices.begin(), walk->choices.end());
    world = walk->world;
    walks.clear();
    for (int thread = 0; thread < space_.system().thread_count(); ++thread)
      steps.from(world, thread, walks);
  }
  return schedule;
}

}  // namespace

Shortest shortest(const System& system, PropertySet wanted, const ShortestOptions& options) {
  Reductions reductions = options.reductions;
  reductions.sleep = reductions.symmetry = false;
  ScenarioSpace space(system, reductions);
  for (;;) {
    const std::vector<Key> starts = space.initial();
    Tree tree(space, wanted, options);
    if (tree.grow(starts)) return std::move(tree.result);
    space.widen();
  }
}

}  // namespace pincheck
