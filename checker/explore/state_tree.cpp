// SPDX-License-Identifier: MIT
#include "checker/explore/state_tree.hpp"

#include <algorithm>
#include <stdexcept>

namespace pincheck::explore {

StateTree::StateTree(ScenarioSpace& space, bool numbered, std::size_t max_bytes)
    : space_(space),
      numbered_(numbered),
      max_bytes_(max_bytes),
      visited_({false, numbered ? sizeof(std::uint32_t) : 0, space.key_bits()}, max_bytes / 2),
      keys_(space.key_bits(), false) {}

StateTree::Added StateTree::add(Key key, std::uint32_t parent) {
  const Visited::Place place = visited_.insert(key, hash_of(key));
  if (place.slot == Visited::kFull || bytes() > max_bytes_ || size() == kNone)
    return Added::no_room;
  if (!place.fresh) return Added::known;
  if (numbered_) visited_.value<std::uint32_t>(place.slot) = size();
  keys_.push({key});
  parents_.push_back(parent);
  return Added::fresh;
}

std::uint32_t StateTree::number(Key key) {
  return visited_.value<std::uint32_t>(visited_.insert(key, hash_of(key)).slot);
}

std::size_t StateTree::bytes() const {
  return visited_.bytes() + keys_.bytes() + parents_.capacity() * sizeof(std::uint32_t);
}

bool StateTree::leads_to(const Walk& walk, std::uint32_t node) const {
  const bool ended = (key(node) & Layout::kEnded) != 0;
  return walk.ended == ended && walk.world == space_.unpack(key(node));
}

std::vector<Choice> StateTree::schedule_to(std::uint32_t node) const {
  std::vector<std::uint32_t> way;
  for (std::uint32_t at = node; at != kNone; at = parents_[at]) way.push_back(at);
  std::reverse(way.begin(), way.end());
  MacroSteps steps(space_.components(), space_.reductions().merge);
  std::vector<Choice> schedule;
  std::vector<Walk> walks = steps.at_start();
  for (const std::uint32_t next : way) {
    const auto walk = std::find_if(walks.begin(), walks.end(),
                                   [&](const Walk& one) { return leads_to(one, next); });
    if (walk == walks.end()) throw std::logic_error("a state is not where it was found");
    schedule.insert(schedule.end(), walk->choices.begin(), walk->choices.end());
    const World world = walk->world;
    walks.clear();
    for (int thread = 0; thread < space_.system().thread_count(); ++thread)
      steps.from(world, thread, walks);
  }
  return schedule;
}

}  // namespace pincheck::explore
