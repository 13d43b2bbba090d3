// SPDX-License-Identifier: MIT
#include "checker/source/follow/joined.hpp"

#include <algorithm>

#include "checker/source/follow/forget.hpp"

namespace pincheck::follow {
namespace {

bool is_inside(const value::Range& inner, const value::Range& outer) {
  return inner.join(outer) == outer;
}

/// Not step by step: a word, those of the same signs, all.
value::Range widened(const value::Range& before, const value::Range& now, unsigned width) {
  if (is_inside(now, before)) return before;
  return before.only() ? signs_of(before.join(now), width) : value::Range::all(width);
}

const RangeOf* find(const Ranges& all, const Fingerprint& whose) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const RangeOf& one) { return one.whose == whose; });
  return found == all.end() ? nullptr : &*found;
}

/// What only one of them knows, neither does.
void join(Ranges& now, const Ranges& before, const value::Terms& terms) {
  std::erase_if(now, [&](RangeOf& one) {
    const RangeOf* other = find(before, one.whose);
    if (other == nullptr) return true;
    const unsigned width = terms[one.term].width;
    one.range = widened(other->range, one.range, width);
    return one.range == value::Range::all(width);
  });
}

void know_only(Path& path, const Ranges& ranges) {
  path.state.facts.know_only([&](value::Term term) -> const value::Range* {
    const auto found = std::find_if(ranges.begin(), ranges.end(),
                                    [&](const RangeOf& one) { return one.term == term; });
    return found == ranges.end() ? nullptr : &found->range;
  });
}

}  // namespace

bool Joined::add(Path& path) {
  Shape now = shape(path);
  const auto [found, is_new] = known_.try_emplace(now.print);
  Place& place = found->second;
  if (!is_new) {
    const bool more =
        std::any_of(place.ranges.begin(), place.ranges.end(), [&](const RangeOf& one) {
          const RangeOf* mine = find(now.ranges, one.whose);
          return mine == nullptr || !is_inside(mine->range, one.range);
        });
    if (!more) return false;
    join(now.ranges, place.ranges, path.terms);
    know_only(path, now.ranges);
  }
  place.ranges = std::move(now.ranges);
  path.state.joining = &place.joined;
  path.state.joined = ++place.joined;
  return true;
}

}  // namespace pincheck::follow
