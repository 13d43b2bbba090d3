// SPDX-License-Identifier: MIT
// properties: uses model/machine; used by checker/search, checker/export.
// Which violations of a property are looked for: a run's first one is what its story is about.
#pragma once

#include <functional>
#include <vector>

#include "properties/run.hpp"

namespace pincheck {

/// Whether an event that violates the property is what is looked for; empty means that each is.
using Counts = std::function<bool(const World&, const Event&)>;

/// Whether the first violation of the property in these steps, taken from `world` on, counts.
bool violates_first(const System&, World world, const std::vector<Choice>&, int property,
                    const Counts&);

/// Whether the first violation that report_end() finds counts.
bool violates_at_end(const System&, const World&, bool nobody_moves, int property, const Counts&);

}  // namespace pincheck
