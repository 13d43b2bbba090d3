// SPDX-License-Identifier: MIT
#include "checker/explore/scenario_space.hpp"

#include <algorithm>
#include <utility>

#include "checker/explore/macro_steps.hpp"
#include "model/machine/loops.hpp"

namespace pincheck::explore {

ScenarioSpace::ScenarioSpace(const System& system, const Reductions& wanted, const Watched& watched,
                             PropertySet enders)
    : components_(system, watched, enders),
      layout_(components_.families(), components_.fields().size()),
      reductions_(watched.unstated().empty() ? wanted : Reductions::none()),
      symmetries_(reductions_.symmetry ? Symmetries(system) : Symmetries()) {
  if (always_ends(system)) return;
  const bool symmetry = reductions_.symmetry;
  reductions_ = Reductions::none();
  reductions_.symmetry = symmetry;
}

std::vector<Key> ScenarioSpace::initial() {
  std::vector<Walk> walks = MacroSteps(components_, reductions_.merge).at_start();
  for (const Walk& walk : walks) pack(walk.world, walk.ended);  // makes room for all of them
  std::vector<Key> keys;
  for (const Walk& walk : walks) {
    violated_at_start_ |= walk.violated;
    keys.push_back(pack(walk.world, walk.ended));
  }
  return keys;
}

Key ScenarioSpace::pack(const World& world, bool ended) {
  Key key = Layout::kEmpty | (ended ? Layout::kEnded : 0);
  for (int field = 0; field < layout_.fields(); ++field) {
    const std::uint32_t number = components_.number(field, world);
    if (!layout_.fits(field, number)) {
      ask_for_room(field, number);
      widen();
      return pack(world, ended);
    }
    key |= layout_.put(field, number);
  }
  return key;
}

World ScenarioSpace::unpack(Key key) const {
  World world = system().initial;
  for (int field = 0; field < layout_.fields(); ++field)
    components_.write(field, layout_.get(key, field), world);
  return world;
}

void ScenarioSpace::ask_for_room(int field, std::uint32_t number) {
  const std::lock_guard lock(mutex_);
  asked_[field] = std::max(asked_[field], number);
}

std::uint64_t ScenarioSpace::fingerprint(Key key) const {
  std::uint64_t hash = low_word(key & Layout::kEnded);
  for (int field = 0; field < layout_.fields(); ++field)
    hash = hash_of(Key{hash} << 64 | layout_.get(key, field));
  return hash;
}

Layout ScenarioSpace::widen() {
  Layout wider = layout_;
  for (int field = 0; field < layout_.fields(); ++field) wider.widen(field, asked_[field]);
  return std::exchange(layout_, wider);
}

void ScenarioSpace::save(CheckpointWriter& out) const {
  out.put(reductions_);
  out.put(layout_);
  out.put(violated_at_start_);
  components_.save(out);
}

void ScenarioSpace::load(CheckpointReader& in) {
  if (in.get<Reductions>() != reductions_) in.fail("it is of a search with other reductions");
  layout_ = in.get<Layout>();
  violated_at_start_ = in.get<PropertySet>();
  components_.load(in);
}

}  // namespace pincheck::explore
