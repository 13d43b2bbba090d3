// SPDX-License-Identifier: MIT
// Making a failing scenario small: fewer actors and pages, simpler kinds and flags.
#pragma once

#include <functional>
#include <vector>

#include "model/scenario.hpp"

namespace pincheck {

/// Scenarios one simplification away, the most drastic first. All are well formed; whether they
/// still fail is the caller's question.
std::vector<Scenario> simpler(const Scenario&);

/// Walks down RapidCheck shrinkables of `simpler` as long as `still_fails` says yes.
Scenario shrink_scenario(const Scenario&, const std::function<bool(const Scenario&)>& still_fails);

}  // namespace pincheck
