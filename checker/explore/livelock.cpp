// SPDX-License-Identifier: MIT
#include "checker/explore/livelock.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include "checker/explore/state_tree.hpp"

namespace pincheck::explore {
namespace {

/// Enabled outcomes that fairness counts on.
std::vector<Choice> fair_choices(const System& system, const World& world) {
  Choices choices;
  enabled(system, world, choices);
  std::vector<Choice> ordinary;
  for (const Choice& choice : choices)
    if (!system.step_of(world, choice.thread).outcomes[choice.outcome].fault)
      ordinary.push_back(choice);
  return ordinary.empty() ? std::vector<Choice>(choices.begin(), choices.end()) : ordinary;
}

class Finder {
 public:
  Finder(ScenarioSpace& space, std::size_t max_bytes)
      : space_(space),
        system_(space.system()),
        max_bytes_(max_bytes),
        tree_(space, true, max_bytes) {}

  enum class Grown : std::uint8_t { all, some, layout };
  /// Breadth first over all outcomes. `layout`: numbers outgrew it, start anew.
  Grown grow(const Stopped& stopped);
  /// The first state in breadth-first order that cannot come to an end; kNone if all can.
  std::uint32_t first_doomed() const;
  Livelock from(std::uint32_t doomed);

 private:
  struct Step {
    World world;
    bool ended = false;
  };
  Step take(World world, Choice choice) const;
  /// False when there is no room.
  bool expand(std::uint32_t node);
  bool can_end(std::uint32_t node, const std::vector<bool>& known) const;

  ScenarioSpace& space_;
  const System& system_;
  std::size_t max_bytes_;
  StateTree tree_;
  std::vector<std::uint32_t> edges_;  ///< where fair choices lead, state by state
  std::vector<std::size_t> first_;    ///< of each expanded state's edges, and the end
};

Finder::Step Finder::take(World world, Choice choice) const {
  static const PropertySet enders = run_enders();
  PropertySet violated = 0;
  apply(system_, world, choice, collecting(violated));
  return {world, (violated & enders) != 0};
}

Finder::Grown Finder::grow(const Stopped& stopped) {
  const int bits = space_.key_bits();
  first_.push_back(0);
  bool room =
      tree_.add(space_.pack(system_.initial, false), StateTree::kNone) == StateTree::Added::fresh;
  for (std::uint32_t node = 0; room && node < tree_.size(); ++node) {
    if (node % 4096 == 0 && says(stopped)) return Grown::some;
    room = expand(node);
    if (space_.key_bits() != bits) return Grown::layout;
  }
  return room ? Grown::all : Grown::some;
}

bool Finder::expand(std::uint32_t node) {
  const Key key = tree_.key(node);
  const World world = space_.unpack(key);
  Choices choices;
  if ((key & Layout::kEnded) == 0) enabled(system_, world, choices);
  const std::vector<Choice> fair = fair_choices(system_, world);
  for (const Choice& choice : choices) {
    const Step step = take(world, choice);
    const Key next = space_.pack(step.world, step.ended);
    if (tree_.add(next, node) == StateTree::Added::no_room) return false;
    if (std::find(fair.begin(), fair.end(), choice) != fair.end())
      edges_.push_back(tree_.number(next));
  }
  first_.push_back(edges_.size());
  return space_.bytes() + tree_.bytes() + edges_.capacity() * sizeof edges_[0] +
             first_.capacity() * sizeof first_[0] <=
         max_bytes_;
}

/// True also where it is not known: of a state that was not expanded.
bool Finder::can_end(std::uint32_t node, const std::vector<bool>& known) const {
  if (node + 1 >= first_.size() || first_[node] == first_[node + 1]) return true;
  return std::any_of(edges_.begin() + static_cast<std::ptrdiff_t>(first_[node]),
                     edges_.begin() + static_cast<std::ptrdiff_t>(first_[node + 1]),
                     [&](std::uint32_t next) { return known[next]; });
}

/// Most edges lead to later states, so that few passes from the last to the first are enough.
std::uint32_t Finder::first_doomed() const {
  std::vector<bool> ends(tree_.size());
  for (bool changed = true; changed;) {
    changed = false;
    for (std::uint32_t node = tree_.size(); node-- > 0;) {
      if (ends[node] || !can_end(node, ends)) continue;
      ends[node] = changed = true;
    }
  }
  const auto doomed = std::find(ends.begin(), ends.end(), false);
  return doomed == ends.end() ? StateTree::kNone
                              : static_cast<std::uint32_t>(doomed - ends.begin());
}

/// Fair choices from a doomed state on, until a state comes again.
Livelock Finder::from(std::uint32_t doomed) {
  Livelock lock;
  lock.found = true;
  lock.prefix = tree_.schedule_to(doomed);
  lock.doomed = lock.prefix.size();
  std::vector<std::uint32_t> way;
  World world = space_.unpack(tree_.key(doomed));
  for (std::uint32_t node = doomed;; node = tree_.number(space_.pack(world, false))) {
    const auto before = std::find(way.begin(), way.end(), node);
    if (before != way.end()) {
      const auto start =
          lock.prefix.begin() + static_cast<std::ptrdiff_t>(lock.doomed) + (before - way.begin());
      lock.cycle.assign(start, lock.prefix.end());
      lock.prefix.erase(start, lock.prefix.end());
      return lock;
    }
    way.push_back(node);
    const Choice choice = fair_choices(system_, world).front();
    lock.prefix.push_back(choice);
    world = take(world, choice).world;
  }
}

Livelock find(ScenarioSpace& space, std::size_t max_bytes, const Stopped& stopped) {
  for (;;) {
    Finder finder(space, max_bytes);
    const Finder::Grown grown = finder.grow(stopped);
    if (grown == Finder::Grown::layout) continue;
    const std::uint32_t doomed = finder.first_doomed();
    Livelock lock;
    if (doomed != StateTree::kNone) lock = finder.from(doomed);
    lock.complete = grown == Finder::Grown::all;
    return lock;
  }
}

}  // namespace

Livelock find_livelock(const System& system, std::size_t max_bytes, const Stopped& stopped) {
  ScenarioSpace space(system, Reductions::none());
  try {
    return find(space, max_bytes, stopped);
  } catch (const std::bad_alloc&) {
    return {};
  }
}

}  // namespace pincheck::explore
