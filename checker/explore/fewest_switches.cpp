// SPDX-License-Identifier: MIT
// Dynamic programming over the layers of a breadth-first search: for each state and the thread that
// stepped last, the least cost of getting there. Every prefix of a shortest counterexample reaches
// its state on a shortest way (a shorter way there would make a shorter counterexample), so that
// steps back to earlier layers need not be looked at.
#include "checker/explore/fewest_switches.hpp"

#include <algorithm>
#include <new>

#include "checker/explore/state_tree.hpp"

namespace pincheck::explore {
namespace {

constexpr std::uint32_t kNone = StateTree::kNone;
constexpr std::uint32_t kFault = 1 << 16;  // more than all switches of a schedule

bool judged_at_end(const Property& property) {
  return std::any_of(property.events.begin(), property.events.end(), [](const Watch& watch) {
    return watch.kind == EventKind::left_over || watch.kind == EventKind::quiescent ||
           watch.kind == EventKind::stuck;
  });
}

/// The best way to a state, by the thread that stepped last.
struct Way {
  std::uint32_t cost = 0;
  std::uint32_t parent = kNone;  ///< number of a way
  Choice last;
};

class Layers {
 public:
  Layers(ScenarioSpace& space, int property, const FewestSwitchesOptions& options)
      : space_(space),
        options_(options),
        property_(property),
        bit_(PropertySet{1} << property),
        judged_at_end_(judged_at_end(properties()[property])),
        threads_(static_cast<std::size_t>(space.system().thread_count())),
        steps_(space.components(), false),
        tree_(space, true, options.max_bytes) {}

  enum class Outcome : std::uint8_t { done, no_room, stopped, widened };
  Outcome run(const std::vector<Key>& starts, int length);
  std::vector<Choice> schedule() const;
  bool found() const { return best_.cost != UINT32_MAX; }

 private:
  Outcome step(std::uint32_t state, bool last_step);
  Outcome arrive(const Walk& walk, Way way, bool last_step);
  void judge_end(std::uint32_t state);
  void offer(const Way& way) {
    if (way.cost < best_.cost) best_ = way;
  }
  Way after(std::uint32_t way, Choice choice) const;
  /// The ways to a state of the layer that begins with state `first`, one a thread.
  const std::uint32_t* to(std::uint32_t state) const {
    return &layer_[(state - first_) * threads_];
  }
  bool fault(const World& world, Choice choice) const {
    return space_.system().outcome_of(world, choice).fault;
  }

  ScenarioSpace& space_;
  const FewestSwitchesOptions& options_;
  int property_;
  PropertySet bit_;
  bool judged_at_end_;
  std::size_t threads_;
  MacroSteps steps_;
  StateTree tree_;
  std::vector<Way> ways_;
  std::uint32_t first_ = 0;           ///< state of the layer being left
  std::vector<std::uint32_t> layer_;  ///< its ways, by state and thread
  std::uint32_t next_first_ = 0;
  std::vector<std::uint32_t> next_;
  std::vector<Walk> walks_;
  World world_;
  Way best_{UINT32_MAX, kNone, {}};
};

Layers::Outcome Layers::run(const std::vector<Key>& starts, int length) {
  for (const Key key : starts) tree_.add(key, kNone);
  ways_.push_back({});
  layer_.assign(threads_, kNone);
  layer_[0] = 0;
  for (int depth = 0; depth <= length; ++depth) {
    next_first_ = tree_.size();
    next_.clear();
    for (std::uint32_t state = first_; state < next_first_; ++state) {
      if (state % 4096 == 0 && says(options_.stopped)) return Outcome::stopped;
      if (depth == length) {
        judge_end(state);
        continue;
      }
      const Outcome outcome = step(state, depth + 1 == length);
      if (outcome != Outcome::done) return outcome;
    }
    first_ = next_first_;
    layer_.swap(next_);
  }
  return Outcome::done;
}

/// Takes every step out of a state.
Layers::Outcome Layers::step(std::uint32_t state, bool last_step) {
  const Key key = tree_.key(state);
  if ((key & Layout::kEnded) != 0) return Outcome::done;
  world_ = space_.unpack(key);
  walks_.clear();
  for (std::size_t thread = 0; thread < threads_; ++thread)
    steps_.from(world_, static_cast<int>(thread), walks_);
  for (const Walk& walk : walks_) {
    Way best{UINT32_MAX, kNone, {}};
    for (std::size_t thread = 0; thread < threads_; ++thread) {
      const std::uint32_t way = to(state)[thread];
      if (way == kNone) continue;
      const Way longer = after(way, walk.choices.front());
      if (longer.cost < best.cost) best = longer;
    }
    const Outcome outcome = arrive(walk, best, last_step);
    if (outcome != Outcome::done) return outcome;
  }
  return Outcome::done;
}

/// The way and one step more, taken in `world_`.
Way Layers::after(std::uint32_t way, Choice choice) const {
  const bool switches = ways_[way].parent != kNone && ways_[way].last.thread != choice.thread;
  const std::uint32_t cost = (switches ? 1U : 0U) + (fault(world_, choice) ? kFault : 0U);
  return {ways_[way].cost + cost, way, choice};
}

Layers::Outcome Layers::arrive(const Walk& walk, Way way, bool last_step) {
  if (last_step && (walk.violated & bit_) != 0 &&
      violates_first(space_.system(), world_, walk.choices, property_, options_.counts))
    offer(way);
  if (last_step && !judged_at_end_) return Outcome::done;
  const int bits = space_.key_bits();
  const Key key = space_.pack(walk.world, walk.ended);
  if (space_.key_bits() != bits) return Outcome::widened;
  const StateTree::Added added = tree_.add(key, kNone);
  if (added == StateTree::Added::no_room) return Outcome::no_room;
  if (added == StateTree::Added::fresh) next_.resize(next_.size() + threads_, kNone);
  const std::uint32_t state = tree_.number(key);
  if (state < next_first_) return Outcome::done;
  std::uint32_t& known = next_[(state - next_first_) * threads_ + way.last.thread];
  if (known != kNone && ways_[known].cost <= way.cost) return Outcome::done;
  if (known == kNone) {
    known = static_cast<std::uint32_t>(ways_.size());
    ways_.push_back(way);
  } else {
    ways_[known] = way;
  }
  return Outcome::done;
}

/// What Run::finish would say of a run that stands here.
void Layers::judge_end(std::uint32_t state) {
  if ((tree_.key(state) & Layout::kEnded) != 0) return;
  const World world = space_.unpack(tree_.key(state));
  Choices choices;
  enabled(space_.system(), world, choices);
  if (!violates_at_end(space_.system(), world, choices.size == 0, property_, options_.counts))
    return;
  for (std::size_t thread = 0; thread < threads_; ++thread)
    if (to(state)[thread] != kNone) offer(ways_[to(state)[thread]]);
}

std::vector<Choice> Layers::schedule() const {
  std::vector<Choice> schedule;
  for (Way way = best_; way.parent != kNone; way = ways_[way.parent]) schedule.push_back(way.last);
  std::reverse(schedule.begin(), schedule.end());
  return schedule;
}

}  // namespace

std::optional<std::vector<Choice>> fewest_switches(const System& system, int property, int length,
                                                   const FewestSwitchesOptions& options) try {
  const PropertySet enders =
      run_enders() | (options.counts ? PropertySet{1} << property : PropertySet{0});
  ScenarioSpace space(system, Reductions::none(), watched(), enders);
  for (;;) {
    const std::vector<Key> starts = space.initial();
    Layers layers(space, property, options);
    const Layers::Outcome outcome = layers.run(starts, length);
    if (outcome == Layers::Outcome::widened) continue;  // keys have changed: start anew
    if (outcome != Layers::Outcome::done || !layers.found()) return std::nullopt;
    return layers.schedule();
  }
} catch (const std::bad_alloc&) {
  return std::nullopt;
}

}  // namespace pincheck::explore
