// SPDX-License-Identifier: MIT
// checker/explore: uses checker/search; used by shrinkers, checker/story.
// Of all shortest counterexamples the one that needs the least to go wrong, and reads best.
#pragma once

#include <optional>
#include <vector>

#include "model/base/stopped.hpp"
#include "properties/first_violation.hpp"

namespace pincheck::explore {

struct FewestSwitchesOptions {
  std::size_t max_bytes = std::size_t{1} << 30;
  Stopped stopped = nullptr;
  Counts counts = nullptr;  ///< as shortest() was told
};

/// The schedule of `length` steps that violates the property with the fewest faults, of those the
/// one with the fewest switches between threads, and of those always the same one. `length` must be
/// what shortest() has proved. Nothing when memory ends or somebody stops it.
std::optional<std::vector<Choice>> fewest_switches(const System&, int property, int length,
                                                   const FewestSwitchesOptions&);

}  // namespace pincheck::explore
