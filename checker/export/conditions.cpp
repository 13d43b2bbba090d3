// SPDX-License-Identifier: MIT
#include "checker/export/conditions.hpp"

#include <algorithm>
#include <array>

#include "generated/definitions.hpp"

namespace pincheck::exporting {
namespace {

using Condition = Formula (*)(const Told&);

template <class Definition>
Formula asked(const Told& at) {
  return typename Definition::Violated{}(at);
}

#define PINCHECK_CONDITION(name) asked<decltype(pincheck::name())>,
constexpr std::array<Condition, kProperties> kConditions{PINCHECK_PROPERTIES(PINCHECK_CONDITION)};
#undef PINCHECK_CONDITION

/// Of a release, what reads the request is judged before it, and the rest in the primitive.
bool looks_at(const Watch& watch, const Moment& moment) {
  if (watch.kind != moment.kind) return false;
  if (moment.kind != EventKind::released || !watch.reads) return true;
  const bool asks_request = watch.reads->slots || watch.reads->stale || watch.reads->request != 0;
  return asks_request == moment.who.has_value();
}

}  // namespace

void judge(Code& code, const View& view, const Moment& moment) {
  for (const Property& property : properties()) {
    const auto looks = [&](const Watch& watch) { return looks_at(watch, moment); };
    if (std::none_of(property.events.begin(), property.events.end(), looks)) continue;
    code.violated(property, kConditions[index_of(property.id)](Told(view, moment)).term());
  }
}

}  // namespace pincheck::exporting
