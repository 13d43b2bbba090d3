// SPDX-License-Identifier: MIT
// checker/reproduce: uses checker/counterexample; used by checker/command.
// The C helpers that generated programs are made of.
#pragma once

#include <string>
#include <string_view>

namespace pincheck::reproduce {

/// The headers that they need.
std::string_view includes();

/// Those helpers that `code` uses, and those that they use, in an order that compiles.
std::string helpers_for(const std::string& code);

}  // namespace pincheck::reproduce
