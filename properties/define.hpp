// SPDX-License-Identifier: MIT
// properties: uses model/machine; used by checker/search, checker/export.
// How a property is defined. It says when it is violated once, of whatever answers its questions:
// an event in a world (Instant), what is known of one without a world (Seen), and the terms of a
// text (checker/export/told.hpp), which has its own idea of what each question means.
#pragma once

#include <type_traits>
#include <utility>

#include "properties/instant.hpp"
#include "properties/property.hpp"

namespace pincheck {

template <class V>
struct Definition {
  using Violated = V;  ///< called with any of these
  Property property;   ///< without id and name, which the list gives it
};

/// `violated` asks what it likes, of the events that the property looks at; `forbids`, for those
/// that decide by facts alone, only what Seen answers. Both are without captures.
template <class Violated, class Forbids = std::nullptr_t>
Definition<Violated> define(Property property, Violated, Forbids = {}) {
  property.violated = [](const System& system, const World& world, const Event& event) {
    return Violated{}(Instant(system, world, event));
  };
  if constexpr (!std::is_null_pointer_v<Forbids>)
    property.forbids = [](const Observed& facts) { return Forbids{}(Seen(facts)); };
  return {std::move(property)};
}

/// A release of the wrong kind that is `which`'s business: it was held, or it was released.
template <class At>
auto wrong_release(const At& at, Held which) {
  return at.as(which) ? !at.held(which) : at.held(which);
}

}  // namespace pincheck
