// SPDX-License-Identifier: MIT
#include "checker/explore/symmetry.hpp"

#include <algorithm>
#include <tuple>
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

bool is_automorphism(const System& system, const Renaming& to) {
  for (int page = 0; page < system.pages; ++page)
    if (system.order[page] != system.order[to.page[page]]) return false;
  for (int actor = 0; actor < system.actors; ++actor)
    if (to.actor[actor] != actor && !like_actors(system, actor, to.actor[actor])) return false;
  return renamed(system.initial, to) == system.initial;
}

/// Colours of pages and of actors: no automorphism takes one to another of a different colour. They
/// are refined until each says which colours are listed where, and by whom (McKay, "Practical graph
/// isomorphism", 1981).
class Colours {
 public:
  Colours(const System& system, bool pages_move) : system_(system) {
    for (int page = 0; page < system.pages; ++page) pages_.push_back(pages_move ? 0 : page);
    actors_.assign(static_cast<std::size_t>(system.actors), 0);
    while (refine()) {
    }
  }
  bool like_pages(int one, int other) const { return pages_[one] == pages_[other]; }
  bool like_actors(int one, int other) const { return actors_[one] == actors_[other]; }

 private:
  /// Where a page is listed: an actor's colour or a pipe, and the place there.
  using Listed = std::vector<std::tuple<int, int, int>>;

  const System& system_;
  std::vector<int> pages_;
  std::vector<int> actors_;

  /// By number, the first one that is the same.
  template <class Same>
  static std::vector<int> first_like(int count, const Same& same) {
    std::vector<int> first;
    for (int one = 0; one < count; ++one) {
      int like = 0;
      while (like < one && !(first[like] == like && same(like, one))) ++like;
      first.push_back(like);
    }
    return first;
  }
  Listed listed(int page) const {
    Listed found;
    for (int actor = 0; actor < system_.actors; ++actor)
      for (int slot = 0; slot < kMaxSlots; ++slot)
        if (system_.initial.request[actor].slot[slot] == page)
          found.emplace_back(0, actors_[actor], slot);
    for (int index = 0; index < system_.pipes; ++index) {
      const Pipe& pipe = system_.initial.pipe[index];
      for (int k = 0; k < pipe.count; ++k)
        if (pipe.ring[k].page() == page) found.emplace_back(1, index, k);
      if (pipe.tmp_page == page) found.emplace_back(2, index, 0);
    }
    std::sort(found.begin(), found.end());
    return found;
  }
  bool same_page(int one, int other) const {
    return pages_[one] == pages_[other] && system_.order[one] == system_.order[other] &&
           PagePart::of(system_.initial, one) == PagePart::of(system_.initial, other) &&
           listed(one) == listed(other);
  }
  /// Pages count as their colours.
  ActorPart coloured(int actor) const {
    Renaming colours;
    for (std::size_t page = 0; page < pages_.size(); ++page)
      colours.page[page] = static_cast<std::uint8_t>(pages_[page]);
    return ActorPart::of(system_.initial, actor).renamed(colours);
  }
  bool same_actor(int one, int other) const {
    return actors_[one] == actors_[other] && explore::like_actors(system_, one, other) &&
           coloured(one) == coloured(other);
  }
  /// Returns whether a colour has split.
  bool refine() {
    auto pages = first_like(system_.pages, [&](int a, int b) { return same_page(a, b); });
    auto actors = first_like(system_.actors, [&](int a, int b) { return same_actor(a, b); });
    const bool changed = pages != pages_ || actors != actors_;
    pages_ = std::move(pages);
    actors_ = std::move(actors);
    return changed;
  }
};

/// Goes through the renamings that keep colours, in lexical order, pages first.
class Finder {
 public:
  Finder(const System& system, bool pages_move, std::size_t most)
      : system_(system), colours_(system, pages_move), most_(most) {
    place_page(0);
  }
  std::vector<Renaming> found;
  bool too_many = false;

 private:
  const System& system_;
  Colours colours_;
  std::size_t most_;
  Renaming to_ = Renaming::identity();
  PageSet pages_taken_ = 0;
  std::uint32_t actors_taken_ = 0;

  void place_page(int page) {
    if (page == system_.pages) {
      to_.moves_pages = to_.page != Renaming::identity().page;
      return place_actor(0);
    }
    for (int there = 0; there < system_.pages && !too_many; ++there) {
      const auto bit = static_cast<PageSet>(1 << there);
      if ((pages_taken_ & bit) != 0 || !colours_.like_pages(page, there)) continue;
      pages_taken_ = static_cast<PageSet>(pages_taken_ ^ bit);
      to_.page[page] = static_cast<std::uint8_t>(there);
      place_page(page + 1);
      pages_taken_ = static_cast<PageSet>(pages_taken_ ^ bit);
    }
  }
  void place_actor(int actor) {
    if (actor == system_.actors) {
      if (to_ == Renaming::identity() || !is_automorphism(system_, to_)) return;
      too_many = found.size() == most_;
      if (!too_many) found.push_back(to_);
      return;
    }
    const ActorPart part = ActorPart::of(system_.initial, actor).renamed(to_);
    for (int there = 0; there < system_.actors && !too_many; ++there) {
      const std::uint32_t bit = 1U << there;
      if ((actors_taken_ & bit) != 0 || !colours_.like_actors(actor, there)) continue;
      if (ActorPart::of(system_.initial, there) != part) continue;
      actors_taken_ ^= bit;
      to_.actor[actor] = static_cast<std::uint8_t>(there);
      place_actor(actor + 1);
      actors_taken_ ^= bit;
    }
  }
};

}  // namespace

bool like_actors(const System& system, int one, int other) {
  const int here = 2 * one;
  const int there = 2 * other;
  return system.baseline_accepts[one] == system.baseline_accepts[other] &&
         system.programs[here] == system.programs[there] &&
         system.programs[here + 1] == system.programs[there + 1];
}

std::vector<Renaming> automorphisms(const System& system, std::size_t most) {
  if (!picks_by_number(system)) {
    Finder all(system, true, most);
    if (!all.too_many) return all.found;
  }
  constexpr std::size_t kMostOfActors = 40320;
  Finder of_actors(system, false, kMostOfActors);
  return of_actors.too_many ? std::vector<Renaming>{} : of_actors.found;
}

Symmetries::Symmetries(const System& system) : renamings(automorphisms(system)) {
  like_before.fill(-1);
  if (renamings.empty()) return;
  std::size_t permutations = 1;
  std::array<std::size_t, kMaxActors> size{};  // of the set of actors that it is the last of so far
  for (int actor = 0; actor < system.actors; ++actor) {
    size[actor] = 1;
    for (int earlier = actor - 1; earlier >= 0 && like_before[actor] < 0; --earlier) {
      Renaming swap = Renaming::identity();
      std::swap(swap.actor[earlier], swap.actor[actor]);
      if (!is_automorphism(system, swap)) continue;
      like_before[actor] = earlier;
      size[actor] = size[earlier] + 1;
    }
    permutations *= size[actor];
  }
  only_swaps = permutations == order();
}

}  // namespace pincheck::explore
