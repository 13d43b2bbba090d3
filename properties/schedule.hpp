// SPDX-License-Identifier: MIT
// properties: uses model/machine; used by checker/search, checker/export.
// Schedules whose steps are named, and replaying them.
#pragma once

#include <optional>
#include <vector>

#include "properties/first_violation.hpp"

namespace pincheck {

/// A step a thread took, named by its outcome and not by its position, so that it still means the
/// same when other moves are taken away.
struct Move {
  int thread = 0;
  int outcome = 0;  ///< number in the Catalogue
  bool operator==(const Move&) const = default;
};
using Moves = std::vector<Move>;

/// The moves of a recorded schedule.
Moves moves_of(const System&, const std::vector<Choice>& schedule);

/// The choice that carries a move out in the run's world, if it is enabled there.
std::optional<Choice> choice_for(const System&, const Run&, const Move&);

/// Takes the moves that are enabled when their turn comes, and passes over the others. Returns
/// those taken up to the first one that violates `property` (all of them for a violation at the
/// end), or nothing when it is not violated or that violation does not count.
std::optional<Moves> replay(const System&, const Moves&, int property, const Counts& = {});

}  // namespace pincheck
