// SPDX-License-Identifier: MIT
// Of all shortest counterexamples the one that is easiest to read.
#pragma once

#include <optional>
#include <vector>

#include "properties/run.hpp"
#include "properties/stopped.hpp"

namespace pincheck {

struct FewestSwitchesOptions {
  std::size_t max_bytes = std::size_t{1} << 30;
  Stopped stopped = nullptr;
};

/// The schedule of `length` steps that violates the property with the fewest switches between
/// threads, of those the one with the fewest faults, and of those always the same one. `length`
/// must be what shortest() has proved. Nothing when memory ends or somebody stops it.
std::optional<std::vector<Choice>> fewest_switches(const System&, int property, int length,
                                                   const FewestSwitchesOptions&);

}  // namespace pincheck
