// SPDX-License-Identifier: MIT
#include "checker/explore/components.hpp"

#include <utility>

#include "properties/run.hpp"

namespace pincheck::explore {
namespace {

ActorPart part_of(const World& world, int actor) {
  const int first = 2 * actor;
  return {world.request[actor], {world.thread[first], world.thread[first + 1]}};
}

PagePart page_part_of(const World& world, int page) {
  PagePart part{world.page[page], {}};
  for (int mm = 0; mm < kMaxMms; ++mm) part.pte[mm] = world.pte[mm][page];
  return part;
}

PageSet listed_pages(const Request& request) {
  PageSet pages = 0;
  for (const std::uint8_t page : request.slot)
    if (page != kNoPage) pages |= static_cast<PageSet>(1 << page);
  return pages;
}

}  // namespace

Components::Components(const System& system, Watched watched, PropertySet enders)
    : system_(system),
      watched_(std::move(watched)),
      enders_(enders),
      taken_(system.outcomes.size()) {
  for (int actor = 0; actor < system.actors; ++actor) {
    class_[actor] = actor;
    for (int earlier = actor - 1; earlier >= 0; --earlier)
      if (like_actors(system, earlier, actor)) class_[actor] = earlier;
    family_[actor] = class_[actor];
  }
  for (int page = 0; page < system.pages; ++page) family_[page_field(page)] = system.actors;
  for (int pipe = 0; pipe < system.pipes; ++pipe) family_[pipe_field(pipe)] = system.actors + 1;
  for (int process = 0; process < system.processes; ++process)
    family_[process_field(process)] = system.actors + 2;
  for (int actor = 0; actor < system.actors; ++actor) {
    const PageSet listed = listed_pages(system.initial.request[actor]);
    Footprint ever = future(system, watched_, 2 * actor, 0, listed);
    ever |= future(system, watched_, 2 * actor + 1, 0, listed);
    for (int other = 0; other < system.actors; ++other)
      if (other != actor) others_[class_[other]] |= ever.shared();
  }
}

std::uint32_t Components::number(int field, const World& world) {
  const std::lock_guard lock(mutex_);
  if (field < system_.actors) return number_of(field, part_of(world, field));
  if (field >= process_field(0)) return world.tasks[field - process_field(0)];
  if (field >= pipe_field(0)) return pipes_.number(world.pipe[field - pipe_field(0)]);
  return pages_.number(page_part_of(world, field - page_field(0)));
}

std::uint32_t Components::renamed(int field, std::uint32_t number, const Renaming& to) {
  const std::lock_guard lock(mutex_);
  if (field < system_.actors) {
    ActorPart part = parts_[class_[field]][number];
    part.request = to(part.request);
    return number_of(field, part);
  }
  if (field < pipe_field(0) || field >= process_field(0)) return number;
  return pipes_.number(to(pipes_[number]));
}

std::uint32_t Components::number_of(int actor, const ActorPart& part) {
  const int group = class_[actor];
  const std::uint32_t number = parts_[group].number(part);
  if (number == infos_[group].size()) infos_[group].push_back(describe(group, part));
  return number;
}

std::uint64_t Components::rank(int field, std::uint32_t number) const {
  if (field < system_.actors) return hash_of_bytes(parts_[class_[field]][number]);
  if (field < pipe_field(0)) return hash_of_bytes(pages_[number]);
  return field < process_field(0) ? hash_of_bytes(pipes_[number]) : number;
}

void Components::write(int field, std::uint32_t number, World& world) const {
  if (field < system_.actors) {
    const ActorPart& part = parts_[class_[field]][number];
    const int first = 2 * field;
    world.request[field] = part.request;
    world.thread[first] = part.thread[0];
    world.thread[first + 1] = part.thread[1];
    return;
  }
  if (field < pipe_field(0)) {
    const PagePart& part = pages_[number];
    const int page = field - page_field(0);
    world.page[page] = part.page;
    for (int mm = 0; mm < kMaxMms; ++mm) world.pte[mm][page] = part.pte[mm];
  } else if (field < process_field(0))
    world.pipe[field - pipe_field(0)] = pipes_[number];
  else
    world.tasks[field - process_field(0)] = static_cast<std::uint8_t>(number);
}

bool Components::same(int field, const World& a, const World& b) const {
  if (field < system_.actors) return part_of(a, field) == part_of(b, field);
  const auto equal = [field](const auto& one, const auto& other, int first) {
    return one[field - first] == other[field - first];
  };
  if (field < pipe_field(0))
    return page_part_of(a, field - page_field(0)) == page_part_of(b, field - page_field(0));
  if (field < process_field(0)) return equal(a.pipe, b.pipe, pipe_field(0));
  return equal(a.tasks, b.tasks, process_field(0));
}

PageSet Components::ring_pages(std::uint32_t number) const {
  const Pipe& pipe = pipes_[number];
  PageSet pages = 0;
  for (int k = 0; k < pipe.count; ++k) pages |= static_cast<PageSet>(1 << pipe.ring[k].page());
  if (pipe.tmp_page != kNoPage) pages |= static_cast<PageSet>(1 << pipe.tmp_page);
  return pages;
}

ActorInfo Components::describe(int actor, const ActorPart& part) const {
  ActorInfo info;
  const PageSet listed = listed_pages(part.request);
  std::array<Footprint, 2> step;
  World world = system_.initial;
  world.request[actor] = part.request;
  for (int i = 0; i < 2; ++i) world.thread[2 * actor + i] = part.thread[i];
  info.settled = absent_or_done(system_, world, actor);
  for (int i = 0; i < 2; ++i) {
    const int thread = 2 * actor + i;
    const int pc = part.thread[i].pc;
    auto& mine = info.thread[i];
    mine.finished = pc == system_.threads[thread].steps;
    if (mine.finished) continue;
    const int page = part.request.slot[part.thread[i].slot];
    const auto slot = static_cast<PageSet>(page == kNoPage ? 0 : 1 << page);
    mine.pages = footprint(system_, watched_, thread, pc, {slot, listed, 0}).pages();
    step[i] = footprint(system_, watched_, thread, pc, {slot, listed, kAllPages});
    mine.rings = step[i].pages() != mine.pages;
    mine.pipes = step[i].pipes();
    mine.processes = step[i].processes();
    mine.everybody = step[i].everybody;
    mine.future = future(system_, watched_, thread, pc, listed);
    info.outside |= mine.future.shared();
  }
  for (int i = 0; i < 2; ++i) {
    auto& mine = info.thread[i];
    const bool alone =
        mine.pages == 0 && !mine.rings && mine.pipes == 0 && mine.processes == 0 && !mine.everybody;
    mine.merges = !mine.finished && alone && !step[i].shared().conflicts(others_[actor]) &&
                  !step[i].conflicts(info.thread[1 - i].future);
  }
  return info;
}

void Components::save(CheckpointWriter& out) const {
  const auto save_all = [&](const auto& parts) {
    out.put(parts.size());
    for (std::uint32_t i = 0; i < parts.size(); ++i) out.put(parts[i]);
  };
  for (const auto& parts : parts_) save_all(parts);
  save_all(pages_);
  save_all(pipes_);
  for (const auto& taken : taken_) out.put(taken.load());
}

void Components::load(CheckpointReader& in) {
  for (int actor = 0; actor < kMaxActors; ++actor)
    for (auto left = in.get<std::uint32_t>(); left > 0; --left)
      number_of(actor, in.get<ActorPart>());
  for (auto left = in.get<std::uint32_t>(); left > 0; --left) pages_.number(in.get<PagePart>());
  for (auto left = in.get<std::uint32_t>(); left > 0; --left) pipes_.number(in.get<Pipe>());
  for (auto& taken : taken_) taken = in.get<bool>();
}

std::size_t Components::bytes() const {
  const std::lock_guard lock(mutex_);
  std::size_t all = pages_.bytes() + pipes_.bytes();
  for (int i = 0; i < kMaxActors; ++i) all += parts_[i].bytes() + infos_[i].bytes();
  return all;
}

}  // namespace pincheck::explore
