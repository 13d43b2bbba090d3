// SPDX-License-Identifier: MIT
#include "checker/explore/shortest.hpp"

#include <bit>
#include <new>

#include "checker/explore/state_tree.hpp"

namespace pincheck::explore {
namespace {

/// Grows a tree of states until everything wanted was found in it.
class Finder {
 public:
  Finder(ScenarioSpace& space, PropertySet wanted, const ShortestOptions& options, Shortest& result)
      : space_(space),
        worker_(space),
        options_(options),
        wanted_(wanted),
        property_(std::countr_zero(wanted)),
        result_(result),
        tree_(space, false, options.max_bytes) {}

  /// Returns false when numbers outgrew the layout: widen it and start anew.
  bool grow(const std::vector<Key>& starts);

 private:
  bool add(Key key, std::uint32_t parent);
  void judge_if_settled(std::uint32_t node);
  void judge_steps(std::uint32_t node, PropertySet violated);
  void judge_end(std::uint32_t node, bool nobody_moves);
  void remember(PropertySet violated, std::uint32_t node, const std::vector<Choice>& last);
  bool all_found() const { return (wanted_ & ~result_.found) == 0; }

  ScenarioSpace& space_;
  ScenarioSpace::Worker worker_;
  const ShortestOptions& options_;
  PropertySet wanted_;
  int property_;  ///< the only one wanted, where there are violations that do not count
  Shortest& result_;
  StateTree tree_;
};

bool Finder::grow(const std::vector<Key>& starts) {
  std::vector<Reached> reached;
  bool room = true;
  for (const Key key : starts) room = add(key, StateTree::kNone) && room;
  for (std::uint32_t node = 0; room && node < tree_.size() && !all_found(); ++node) {
    if (node % 4096 == 0) {
      if (says(options_.stopped)) return true;
      room = tree_.bytes() + worker_.bytes() + space_.bytes() <= options_.max_bytes;
    }
    reached.clear();
    const Expansion done = worker_.expand({tree_.key(node)}, reached);
    if (!done.complete) return false;
    const PropertySet fresh = done.violated & wanted_ & ~result_.found;
    if (fresh != 0 && done.steps > 0) judge_steps(node, fresh);
    if (fresh != 0 && done.steps == 0) judge_end(node, true);
    for (const Reached& next : reached) room = room && add(next.key, node);
  }
  result_.complete = room;
  result_.proved = room && options_.reductions == Reductions::none();
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
  const World world = space_.unpack(tree_.key(node));
  PropertySet found = 0;
  report_end(space_.system(), world, nobody_moves, collecting(found));
  if ((found & wanted_ & ~result_.found) == 0) return;
  if (!options_.counts ||
      violates_at_end(space_.system(), world, nobody_moves, property_, options_.counts))
    remember(found, node, {});
}

/// Finds the steps out of the node that violate something.
void Finder::judge_steps(std::uint32_t node, PropertySet violated) {
  MacroSteps steps(space_.components(), space_.reductions().merge);
  const World world = space_.unpack(tree_.key(node));
  std::vector<Walk> walks;
  for (int thread = 0; thread < space_.system().thread_count(); ++thread)
    steps.from(world, thread, walks);
  const auto counts = [&](const Walk& walk) {
    return !options_.counts ||
           violates_first(space_.system(), world, walk.choices, property_, options_.counts);
  };
  for (const Walk& walk : walks)
    if ((walk.violated & violated) != 0 && counts(walk))
      remember(walk.violated, node, walk.choices);
}

void Finder::remember(PropertySet violated, std::uint32_t node, const std::vector<Choice>& last) {
  const PropertySet fresh = violated & wanted_ & ~result_.found;
  if (fresh == 0) return;
  std::vector<Choice> schedule = tree_.schedule_to(node);
  schedule.insert(schedule.end(), last.begin(), last.end());
  for (PropertySet rest = fresh; rest != 0; rest &= rest - 1)
    result_.schedule[std::countr_zero(rest)] = schedule;
  result_.found |= fresh;
}

/// Returns false when numbers outgrew the layout.
bool find(ScenarioSpace& space, PropertySet wanted, const ShortestOptions& options,
          Shortest& result) {
  result = {};
  const std::vector<Key> starts = space.initial();
  return Finder(space, wanted, options, result).grow(starts);
}

}  // namespace

Shortest shortest(const System& system, PropertySet wanted, const ShortestOptions& options) {
  Reductions reductions = options.reductions;
  reductions.sleep = reductions.symmetry = false;
  const PropertySet enders = run_enders() | (options.counts ? wanted : PropertySet{0});
  ScenarioSpace space(system, reductions, watched(), enders);
  Shortest result;
  try {
    while (!find(space, wanted, options, result)) space.widen();
  } catch (const std::bad_alloc&) {
    result.complete = result.proved = false;
  }
  return result;
}

}  // namespace pincheck::explore
