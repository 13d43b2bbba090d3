// SPDX-License-Identifier: MIT
// checker/explore: uses checker/search; used by shrinkers, checker/story.
// Shortest counterexamples.
#pragma once

#include <array>
#include <vector>

#include "checker/explore/transitions.hpp"
#include "checker/search/search.hpp"
#include "properties/first_violation.hpp"

namespace pincheck::explore {

/// What a search for shortest schedules found, by property.
struct Shortest {
  PropertySet found = 0;
  std::array<std::vector<Choice>, kProperties> schedule;
  /// All was found, or there is nothing more to find: neither memory nor anybody ended the search.
  bool complete = false;
  /// Nothing shorter violates the property: all shorter schedules were tried. Not so with merged or
  /// put-off steps.
  bool proved = false;
};

struct ShortestOptions {
  Reductions reductions = Reductions::none();  ///< symmetry and sleep sets are not used
  std::size_t max_bytes = std::size_t{1} << 30;
  Stopped stopped = nullptr;
  /// Of one wanted property: which violations are looked for. Any of them ends the run then.
  Counts counts = nullptr;
};

/// Breadth first, without reductions: for each wanted property the fewest steps that violate it, as
/// Run judges them: in the last step, or at its end, where actors that never took a step count as
/// not being there. Properties that are not found before memory ends are left out.
Shortest shortest(const System&, PropertySet wanted, const ShortestOptions&);

}  // namespace pincheck::explore
