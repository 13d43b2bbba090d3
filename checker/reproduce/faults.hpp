// SPDX-License-Identifier: MIT
// checker/reproduce: uses checker/counterexample; used by checker/command.
// How to come by what the model's environment chooses: errors, short reads, full pipes.
#pragma once

#include <string_view>

namespace pincheck::reproduce {

/// What makes a step (`<program>/<step>`) have that outcome on a real kernel; "" when nobody has
/// written that down.
std::string_view way_to(std::string_view step, std::string_view outcome);

}  // namespace pincheck::reproduce
