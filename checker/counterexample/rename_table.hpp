// SPDX-License-Identifier: MIT
// checker/counterexample: uses shrinkers, checker/render, checker/mail; used by checker/judge, checker/reproduce.
// Renames carried out.
#pragma once

#include <toml++/toml.h>

#include "checker/counterexample/renames.hpp"

namespace pincheck::counterexample {

/// Replaces old names by those of today in a counterexample's table, whatever its format.
void apply(const Renames&, toml::table& counterexample);

}  // namespace pincheck::counterexample
