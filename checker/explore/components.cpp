// SPDX-License-Identifier: MIT
#include "checker/explore/components.hpp"

#include <utility>

#include "properties/run.hpp"

namespace pincheck::explore {

Components::Components(const System& system, Watched watched, PropertySet enders)
    : system_(system),
      watched_(std::move(watched)),
      enders_(enders),
      fields_(system),
      taken_(system.outcomes.size()) {
  find_families();
  for (int actor = 0; actor < system.actors; ++actor) {
    const PageSet listed = ActorPart::of(system.initial, actor).pages();
    Footprint ever = future(system, watched_, 2 * actor, 0, listed);
    ever |= future(system, watched_, 2 * actor + 1, 0, listed);
    for (int other = 0; other < system.actors; ++other)
      if (other != actor) others_[family_[other]] |= ever.shared();
  }
}

void Components::find_families() {
  for (int field = 0; field < fields_.size(); ++field)
    family_[field] = fields_.with(field, [&](auto, int index) { return field - index; });
  for (int actor = 0; actor < system_.actors; ++actor) {
    family_[actor] = actor;
    for (int earlier = actor - 1; earlier >= 0; --earlier)
      if (like_actors(system_, earlier, actor)) family_[actor] = earlier;
  }
}

std::uint32_t Components::number(int field, const World& world) {
  const std::lock_guard lock(mutex_);
  return fields_.with(field, [&]<class Part>(std::type_identity<Part>, int index) {
    return number_of(index, Part::of(world, index));
  });
}

std::uint32_t Components::renamed(int field, std::uint32_t number, const Renaming& to) {
  const std::lock_guard lock(mutex_);
  return fields_.with(field, [&]<class Part>(std::type_identity<Part>, int index) {
    return number_of(index, numbers<Part>(index)[number].renamed(to));
  });
}

template <class Part>
std::uint32_t Components::number_of(int index, const Part& part) {
  const std::uint32_t number = numbers<Part>(index).number(part);
  if constexpr (std::is_same_v<Part, ActorPart>) {
    const int family = family_[index];
    if (number == infos_[family].size()) infos_[family].push_back(describe(family, part));
  }
  return number;
}

std::uint64_t Components::rank(int field, std::uint32_t number) const {
  return fields_.with(field, [&]<class Part>(std::type_identity<Part>, int index) {
    return hash_of_bytes(numbers<Part>(index)[number]);
  });
}

void Components::write(int field, std::uint32_t number, World& world) const {
  fields_.with(field, [&]<class Part>(std::type_identity<Part>, int index) {
    numbers<Part>(index)[number].put(world, index);
  });
}

bool Components::same(int field, const World& a, const World& b) const {
  return fields_.with(field, [&]<class Part>(std::type_identity<Part>, int index) {
    return Part::of(a, index) == Part::of(b, index);
  });
}

FieldSet Components::touched_by(const Footprint& footprint) const {
  FieldSet set = 0;
  for (int field = system_.actors; field < fields_.size(); ++field)
    if (fields_.with(field, [&](auto kind, int index) { return footprint.touches(kind, index); }))
      set |= bit_of(field);
  return set;
}

ActorInfo Components::describe(int actor, const ActorPart& part) const {
  ActorInfo info;
  const PageSet listed = part.pages();
  std::array<Footprint, 2> step;
  World world = system_.initial;
  part.put(world, actor);
  info.settled = absent_or_done(system_, world, actor);
  for (int i = 0; i < 2; ++i) {
    const int thread = 2 * actor + i;
    const int pc = part.thread[i].pc;
    auto& mine = info.thread[i];
    mine.finished = pc == system_.threads[thread].steps;
    if (mine.finished) continue;
    const int page = part.request.slot[part.thread[i].slot];
    const auto slot = static_cast<PageSet>(page == kNoPage ? 0 : 1 << page);
    mine.fields = touched_by(footprint(system_, watched_, thread, pc, {slot, listed, 0}));
    step[i] = footprint(system_, watched_, thread, pc, {slot, listed, kAllPages});
    mine.rings = touched_by(step[i]) != mine.fields;
    mine.everybody = step[i].everybody;
    mine.future = future(system_, watched_, thread, pc, listed);
    info.outside |= mine.future.shared();
  }
  for (int i = 0; i < 2; ++i) {
    auto& mine = info.thread[i];
    const bool alone = mine.fields == 0 && !mine.rings && !mine.everybody;
    mine.merges = !mine.finished && alone && !step[i].shared().conflicts(others_[actor]) &&
                  !step[i].conflicts(info.thread[1 - i].future);
  }
  return info;
}

void Components::save(CheckpointWriter& out) const {
  Parts::for_each([&]<class Part>(std::type_identity<Part>) {
    for (const auto& parts : std::get<Numbers<Part>>(interners_.all)) {
      out.put(parts.size());
      for (std::uint32_t i = 0; i < parts.size(); ++i) out.put(parts[i]);
    }
  });
  for (const auto& taken : taken_) out.put(taken.load());
}

void Components::load(CheckpointReader& in) {
  Parts::for_each([&]<class Part>(std::type_identity<Part>) {
    for (int group = 0; group < kGroups<Part>; ++group)
      for (auto left = in.get<std::uint32_t>(); left > 0; --left) number_of(group, in.get<Part>());
  });
  for (auto& taken : taken_) taken = in.get<bool>();
}

std::size_t Components::bytes() const {
  const std::lock_guard lock(mutex_);
  std::size_t all = 0;
  Parts::for_each([&]<class Part>(std::type_identity<Part>) {
    for (const auto& parts : std::get<Numbers<Part>>(interners_.all)) all += parts.bytes();
  });
  for (const auto& infos : infos_) all += infos.bytes();
  return all;
}

}  // namespace pincheck::explore
