// SPDX-License-Identifier: MIT
// shrinkers: uses checker/explore; used by checker/counterexample.
// What a violation is, besides its property. Shrinking must not make another one of it: a device
// that reads a freed page and a put too many are two faults, though both violate
// not-freed-while-in-use.
#pragma once

#include <optional>
#include <string>

#include "model/question/scenario.hpp"
#include "properties/schedule.hpp"
#include "shrinkers/scenario.hpp"

namespace pincheck::shrinkers {

/// Two violations of one property are alike when this is equal.
struct Mechanism {
  EventKind kind = EventKind::stuck;
  Held held = Held::none;  ///< acquired, released, left_over: of the reference, here and below
  Held as = Held::none;
  Role role = Role::array;
  bool structural = false;
  bool when_free = false;   ///< acquired, released: the page is free
  bool below_zero = false;  ///< acquired: the count was below 0 already
  std::string path;         ///< of the actor; empty at the end, where it is nobody's step
  std::string caller;       ///< likewise, where the question is kept
  auto operator<=>(const Mechanism&) const = default;  // NOLINT(modernize-use-nullptr)
};

/// The mechanism of an event that violates a property.
Mechanism mechanism_of(const Scenario&, Keep, const World&, const Event&);

/// The one that the moves show; nothing when they do not violate the property.
std::optional<Mechanism> mechanism_shown(const Scenario&, Keep, const System&, const Moves&,
                                         int property);

/// Whether an event is of this mechanism. `scenario` must outlive it.
Counts counts_as(const Mechanism&, const Scenario& scenario, Keep);

}  // namespace pincheck::shrinkers
