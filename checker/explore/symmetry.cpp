// SPDX-License-Identifier: MIT
#include "checker/explore/symmetry.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "model/machine/footprint.hpp"

namespace pincheck::explore {
namespace {

bool picks_by_number(const System& system) {
  const Reach any{kAllPages, kAllPages, kAllPages};
  for (int thread = 0; thread < system.thread_count(); ++thread)
    for (int pc = 0; pc < system.threads[thread].steps; ++pc)
      if (footprint(system, {}, thread, pc, any).by_number) return true;
  return false;
}

/// The world with everything renamed.
World renamed(const World& world, const Renaming& to) {
  World result = world;
  for (int page = 0; page < kMaxPages; ++page) {
    result.page[to.page[page]] = world.page[page];
    for (int mm = 0; mm < kMaxMms; ++mm) result.pte[mm][to.page[page]] = world.pte[mm][page];
  }
  for (int pipe = 0; pipe < kMaxPipes; ++pipe) result.pipe[pipe] = to(world.pipe[pipe]);
  for (int actor = 0; actor < kMaxActors; ++actor) {
    const int there = to.actor[actor];
    result.request[there] = to(world.request[actor]);
    for (int i = 0; i < 2; ++i) result.thread[2 * there + i] = world.thread[2 * actor + i];
  }
  return result;
}

bool is_automorphism(const System& system, const Renaming& to) {
  for (int page = 0; page < system.pages; ++page)
    if (system.order[page] != system.order[to.page[page]]) return false;
  for (int actor = 0; actor < system.actors; ++actor)
    if (to.actor[actor] != actor && !like_actors(system, actor, to.actor[actor])) return false;
  return renamed(system.initial, to) == system.initial;
}

}  // namespace

bool like_actors(const System& system, int one, int other) {
  const int here = 2 * one;
  const int there = 2 * other;
  return system.baseline_accepts[one] == system.baseline_accepts[other] &&
         system.programs[here] == system.programs[there] &&
         system.programs[here + 1] == system.programs[there + 1];
}

std::vector<Renaming> automorphisms(const System& system) {
  std::vector<Renaming> found;
  Renaming identity;
  std::iota(identity.page.begin(), identity.page.end(), std::uint8_t{0});
  std::iota(identity.actor.begin(), identity.actor.end(), std::uint8_t{0});
  Renaming to = identity;
  auto* const last_page = to.page.begin() + (picks_by_number(system) ? 0 : system.pages);
  do {
    to.actor = identity.actor;
    to.moves_pages = to.page != identity.page;
    do {
      const bool moves = to.moves_pages || to.actor != identity.actor;
      if (moves && is_automorphism(system, to)) found.push_back(to);
    } while (std::next_permutation(to.actor.begin(), to.actor.begin() + system.actors));
  } while (std::next_permutation(to.page.begin(), last_page));
  return found;
}

Symmetries::Symmetries(std::vector<Renaming> found) : renamings(std::move(found)) {
  std::size_t permutations = 1;
  std::array<std::size_t, kMaxActors> size{};  // of the set of actors that it is the last of so far
  like_before.fill(-1);
  for (int actor = 0; actor < kMaxActors; ++actor) {
    size[actor] = 1;
    for (int earlier = actor - 1; earlier >= 0 && like_before[actor] < 0; --earlier) {
      const auto swaps = [&](const Renaming& to) { return to.is_swap(earlier, actor); };
      if (std::none_of(renamings.begin(), renamings.end(), swaps)) continue;
      like_before[actor] = earlier;
      size[actor] = size[earlier] + 1;
    }
    permutations *= size[actor];
  }
  only_swaps = permutations == order();
}

bool Renaming::is_swap(int one, int other) const {
  for (int i = 0; i < kMaxActors; ++i)
    if (actor[i] != (i == one ? other : i == other ? one : i)) return false;
  return !moves_pages;
}

Renaming Renaming::inverse() const {
  Renaming back = *this;
  for (std::size_t i = 0; i < page.size(); ++i) back.page[page[i]] = static_cast<std::uint8_t>(i);
  for (std::size_t i = 0; i < actor.size(); ++i)
    back.actor[actor[i]] = static_cast<std::uint8_t>(i);
  return back;
}

Request Renaming::operator()(const Request& request) const {
  Request result = request;
  for (std::uint8_t& slot : result.slot)
    if (slot != kNoPage) slot = page[slot];
  return result;
}

Pipe Renaming::operator()(const Pipe& pipe) const {
  Pipe result = pipe;
  for (int k = 0; k < pipe.count; ++k)
    result.ring[k] = PipeBuffer::make(page[pipe.ring[k].page()], pipe.ring[k].ops());
  if (pipe.tmp_page != kNoPage) result.tmp_page = page[pipe.tmp_page];
  return result;
}

std::uint16_t Renaming::threads(std::uint16_t mask) const {
  std::uint16_t result = 0;
  for (int a = 0; a < kMaxActors; ++a)
    result = static_cast<std::uint16_t>(result | (mask >> (2 * a) & 3) << (2 * actor[a]));
  return result;
}

}  // namespace pincheck::explore
