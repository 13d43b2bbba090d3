// SPDX-License-Identifier: MIT
// Why a story violates its property: a few lines from the violation backwards to its cause, told
// from the steps, their events and the ledger. One explanation per property.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/machine.hpp"

namespace pincheck {

struct Story;

/// The lines for a told violation; `world` is the one its event was seen in.
std::vector<std::string> because(const Story&, const System&, const World& world);

/// Why the threads of a livelock go round: its cycle starts with step number `cycle`.
std::vector<std::string> because_of_livelock(const Story&, const System&, int cycle);

/// True when the property has an explanation.
bool has_explanation(std::string_view property);

}  // namespace pincheck
