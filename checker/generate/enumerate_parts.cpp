// SPDX-License-Identifier: MIT
#include "checker/generate/enumerate_parts.hpp"

namespace pincheck::generate {
namespace {

List list_of(const std::vector<int>& pages) {
  List list{};
  for (std::size_t i = 0; i < pages.size(); ++i) list[i] = static_cast<std::uint8_t>(1 + pages[i]);
  return list;
}

}  // namespace

int length_of(const List& list) {
  return static_cast<int>(std::find(list.begin(), list.end(), 0) - list.begin());
}

std::vector<int> pages_of(const List& list) {
  std::vector<int> pages;
  for (int i = 0; i < length_of(list); ++i) pages.push_back(list[i] - 1);
  return pages;
}

int Cast::first(int slots, int flags) const {
  const auto smaller = [&](const Actor& actor) {
    return std::pair(actor.sum.slots, actor.sum.flags) < std::pair(slots, flags);
  };
  return static_cast<int>(std::partition_point(actors.begin(), actors.end(), smaller) -
                          actors.begin());
}

Parts::Parts(Kinds kinds, int slots)
    : kinds_(std::move(kinds)), grammar_(kinds_, slots, odometer_) {
  do {
    const PageSpec page = grammar_.page();
    if (std::find(pages_.begin(), pages_.end(), page) == pages_.end()) pages_.push_back(page);
  } while (odometer_.turn());
  std::stable_sort(pages_.begin(), pages_.end(),
                   [](const PageSpec& a, const PageSpec& b) { return flags_of(a) < flags_of(b); });
}

ActorSpec Parts::actor(const Code& code) const {
  ActorSpec actor = shapes_[code.shape];
  actor.pages = pages_of(code.list);
  actor.pipe = code.pipe - 1;
  actor.pipe2 = code.pipe2 - 1;
  return actor;
}

const Cast& Parts::cast(const std::vector<int>& pages, int pipes) {
  std::pair<int, std::vector<Backing>> key{pipes, {}};
  for (const int page : pages) key.second.push_back(pages_[page].backing);
  const auto [found, fresh] = casts_.try_emplace(key);
  if (fresh) {
    std::vector<PageSpec> specs;
    for (const int page : pages) specs.push_back(pages_[page]);
    found->second = {all_actors(specs, pipes), all_rings(specs, pipes)};
  }
  return found->second;
}

std::vector<Actor> Parts::all_actors(const std::vector<PageSpec>& pages, int pipes) {
  std::vector<Actor> actors;
  for (const Path& path : paths()) {
    do {
      const auto spec = grammar_.actor(path, callers(), pages, pipes, {});
      if (spec) actors.push_back(numbered(*spec, pages));
    } while (odometer_.turn());
  }
  const auto less = [](const Actor& a, const Actor& b) { return a.code < b.code; };
  const auto same = [](const Actor& a, const Actor& b) { return a.code == b.code; };
  std::sort(actors.begin(), actors.end(), less);
  actors.erase(std::unique(actors.begin(), actors.end(), same), actors.end());
  return actors;
}

Actor Parts::numbered(const ActorSpec& spec, const std::vector<PageSpec>& pages) {
  Actor actor;
  actor.code.slots = static_cast<std::uint8_t>(spec.pages.size());
  actor.code.flags = static_cast<std::uint8_t>(flags_of(spec));
  actor.code.shape = shape_of(spec);
  actor.code.list = list_of(spec.pages);
  actor.code.pipe = static_cast<std::uint8_t>(spec.pipe + 1);
  actor.code.pipe2 = static_cast<std::uint8_t>(spec.pipe2 + 1);
  const unsigned pipes = 1U << actor.code.pipe | 1U << actor.code.pipe2;
  const unsigned listed = mask_of(actor.code.list);
  const auto on_pages = [&](bool does) { return does ? listed : 0U; };
  actor.sum = {actor.code.slots,
               actor.code.flags,
               listed,
               pipes >> 1,
               allocates(spec, pages),
               claim_of(spec, pages),
               on_pages(looks_at_dirty(spec)),
               on_pages(faults_for_write(spec, kinds_)),
               on_pages(writes_back(spec, kinds_))};
  return actor;
}

std::uint16_t Parts::shape_of(ActorSpec spec) {
  spec.pages.clear();
  spec.pipe = spec.pipe2 = -1;
  const auto found = std::find(shapes_.begin(), shapes_.end(), spec);
  const auto number = static_cast<std::uint16_t>(found - shapes_.begin());
  if (found == shapes_.end()) shapes_.push_back(std::move(spec));
  return number;
}

std::vector<std::vector<List>> Parts::all_rings(const std::vector<PageSpec>& pages, int pipes) {
  std::vector<List> one;
  do {
    one.push_back(list_of(grammar_.pipe(pages).holds));
  } while (odometer_.turn());
  std::sort(one.begin(), one.end());
  std::vector<std::vector<List>> rings{{}};
  for (int pipe = 0; pipe < pipes; ++pipe) {
    const auto shorter = std::exchange(rings, {});
    for (const auto& some : shorter)
      for (const List& ring : one)
        if (some.empty() || some.back() <= ring) {
          rings.push_back(some);
          rings.back().push_back(ring);
        }
  }
  return rings;
}

}  // namespace pincheck::generate
