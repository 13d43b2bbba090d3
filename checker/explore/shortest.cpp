// SPDX-License-Identifier: MIT
#include "checker/explore/shortest.hpp"

#include <bit>

#include "checker/explore/state_tree.hpp"

namespace pincheck {
namespace {

/// Grows a tree of states until everything wanted was found in it.
class Finder {
 public:
  Finder(ScenarioSpace& space, PropertySet wanted, const ShortestOptions& options)
      : space_(space),
        worker_(space),
        options_(options),
        wanted_(wanted),
        tree_(space, false, options.max_bytes) {}

  /// Returns false when numbers outgrew the layout: widen it and start anew.
  bool grow(const std::vector<Key>& starts);
  Shortest result;

 private:
  bool add(Key key, std::uint32_t parent);
  void judge_if_settled(std::uint32_t node);
  void judge_steps(std::uint32_t node, PropertySet violated);
  void judge_end(std::uint32_t node, bool nobody_moves);
  void remember(PropertySet violated, std::uint32_t node, const std::vector<Choice>& last);
  bool all_found() const { return (wanted_ & ~result.found) == 0; }

  ScenarioSpace& space_;
  ScenarioSpace::Worker worker_;
  const ShortestOptions& options_;
  PropertySet wanted_;
  StateTree tree_;
};

bool Finder::grow(const std::vector<Key>& starts) {
  std::vector<Reached> reached;
  bool room = true;
  for (const Key key : starts) room = add(key, StateTree::kNone) && room;
  for (std::uint32_t node = 0; room && node < tree_.size() && !all_found(); ++node) {
    if (node % 4096 == 0 && says(options_.stopped)) return true;
    reached.clear();
    const Expansion done = worker_.expand({tree_.key(node)}, reached);
    if (!done.complete) return false;
    const PropertySet fresh = done.violated & wanted_ & ~result.found;
    if (fresh != 0 && done.steps > 0) judge_steps(node, fresh);
    if (fresh != 0 && done.steps == 0) judge_end(node, true);
    for (const Reached& next : reached) room = room && add(next.key, node);
  }
  result.complete = room;
  result.proved = room && options_.reductions == Reductions::none();
  return true;
}

/// Returns false when there is no room for it.
bool Finder::add(Key key, std::uint32_t parent) {
  const StateTree::Added added = tree_.add(key, parent);
  if (added == StateTree::Added::fresh) judge_if_settled(tree_.size() - 1);
  return added != StateTree::Added::no_room;
}

/// Every actor has finished or never was there.
void Finder::judge_if_settled(std::uint32_t node) {
  const Key key = tree_.key(node);
  if ((key & Layout::kEnded) != 0) return;
  for (int actor = 0; actor < space_.system().actors; ++actor) {
    const std::uint32_t number = space_.layout().get(key, actor);
    if (!space_.components().info(actor, number).settled) return;
  }
  judge_end(node, false);
}

void Finder::judge_end(std::uint32_t node, bool nobody_moves) {
  PropertySet found = 0;
  report_end(space_.system(), space_.unpack(tree_.key(node)), nobody_moves, collecting(found));
  remember(found, node, {});
}

/// Finds the steps out of the node that violate something.
void Finder::judge_steps(std::uint32_t node, PropertySet violated) {
  MacroSteps steps(space_.components(), space_.reductions().merge);
  const World world = space_.unpack(tree_.key(node));
  std::vector<Walk> walks;
  for (int thread = 0; thread < space_.system().thread_count(); ++thread)
    steps.from(world, thread, walks);
  for (const Walk& walk : walks)
    if ((walk.violated & violated) != 0) remember(walk.violated, node, walk.choices);
}

void Finder::remember(PropertySet violated, std::uint32_t node, const std::vector<Choice>& last) {
  const PropertySet fresh = violated & wanted_ & ~result.found;
  if (fresh == 0) return;
  std::vector<Choice> schedule = tree_.schedule_to(node);
  schedule.insert(schedule.end(), last.begin(), last.end());
  for (PropertySet rest = fresh; rest != 0; rest &= rest - 1)
    result.schedule[std::countr_zero(rest)] = schedule;
  result.found |= fresh;
}

}  // namespace

Shortest shortest(const System& system, PropertySet wanted, const ShortestOptions& options) {
  Reductions reductions = options.reductions;
  reductions.sleep = reductions.symmetry = false;
  ScenarioSpace space(system, reductions);
  for (;;) {
    const std::vector<Key> starts = space.initial();
    Finder finder(space, wanted, options);
    if (finder.grow(starts)) return std::move(finder.result);
    space.widen();
  }
}

}  // namespace pincheck
