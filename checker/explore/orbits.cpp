// SPDX-License-Identifier: MIT
#include "checker/explore/orbits.hpp"

#include "checker/explore/lengthen.hpp"

namespace pincheck::explore {

Orbits::Orbits(ScenarioSpace& space)
    : space_(space),
      components_(space.components()),
      symmetries_(space.symmetries()),
      actors_(space.system().actors),
      sources_(symmetries_.only_swaps ? 0 : symmetries_.renamings.size()) {
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    const Renaming back = symmetries_.renamings[i].inverse();
    Source& source = sources_[i];
    source.renames = back.moves_pages;
    const Fields& fields = components_.fields();
    for (int field = 0; field < fields.size(); ++field)
      fields.with(field, [&]<class Part>(std::type_identity<Part>, int index) {
        const int from = fields.field<Part>(Part::place(back, index));
        source.field[field] = static_cast<std::uint8_t>(from);
      });
  }
}

std::uint64_t Orbits::rank(int field, std::uint32_t number) {
  auto& known = ranks_[components_.families()[field]];
  lengthen(known, number + 1, list_bytes_);
  if (known[number] == 0) known[number] = components_.rank(field, number) | 1;
  return known[number];
}

std::uint32_t Orbits::image(std::size_t renaming, int from, std::uint32_t number) {
  Source& source = sources_[renaming];
  if (!source.renames) return number;
  auto& known = source.images[from];
  lengthen(known, number + 1, list_bytes_);
  if (known[number] == 0)
    known[number] = components_.renamed(from, number, symmetries_.renamings[renaming]) + 1;
  return known[number] - 1;
}

/// The same where actors of a set may change places at will and pages stay: puts them in order.
Reached Orbits::sorted(const Layout& layout, const Reached& reached) {
  Reached result = reached;
  for (int actor = 1; actor < actors_; ++actor) {
    for (int at = actor, before = at; at > 0; at = before) {
      before = symmetries_.like_before[at];
      if (before < 0) break;
      const std::uint32_t number = layout.get(result.key, at);
      const std::uint32_t earlier = layout.get(result.key, before);
      if (number == earlier || rank(at, number) > rank(at, earlier)) break;
      result.key ^= layout.put(at, number ^ earlier) | layout.put(before, number ^ earlier);
      const int threads = (result.sleep >> (2 * at) ^ result.sleep >> (2 * before)) & 3;
      result.sleep =
          static_cast<ThreadSet>(result.sleep ^ threads << (2 * at) ^ threads << (2 * before));
    }
  }
  return result;
}

Reached Orbits::least_of_all(const Layout& layout, const Reached& reached) {
  std::array<std::uint32_t, kMaxFields> least;
  for (int field = 0; field < layout.fields(); ++field)
    least[field] = layout.get(reached.key, field);
  const auto original = least;
  int best = -1;
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    std::array<std::uint32_t, kMaxFields> renamed;
    int order = 0;
    for (int field = 0; field < layout.fields() && order <= 0; ++field) {
      const int from = sources_[i].field[field];
      renamed[field] = image(i, from, original[from]);
      if (order != 0 || renamed[field] == least[field]) continue;
      order = rank(field, renamed[field]) < rank(field, least[field]) ? -1 : 1;
    }
    if (order >= 0) continue;
    least = renamed;
    best = static_cast<int>(i);
  }
  if (best < 0) return reached;
  Key key = reached.key & (Layout::kEmpty | Layout::kEnded);
  for (int field = 0; field < layout.fields(); ++field) {
    if (!layout.fits(field, least[field])) {
      space_.ask_for_room(field, least[field]);
      return {};
    }
    key |= layout.put(field, least[field]);
  }
  return {key, symmetries_.renamings[best].threads(reached.sleep)};
}

}  // namespace pincheck::explore
