// SPDX-License-Identifier: MIT
// checker/source/value: uses model/base; used by checker/source/follow.
// Asks Z3 whether a path's assumptions contradict each other.
#pragma once

#include "checker/source/value/facts.hpp"

namespace pincheck::value {

enum class Feasible : std::uint8_t { no, yes, unknown };

/// Bit vectors, exactly; objects lie far from each other. `milliseconds`: then it is unknown.
Feasible feasible(const Terms&, const Facts&, unsigned milliseconds);

}  // namespace pincheck::value
