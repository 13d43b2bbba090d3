// SPDX-License-Identifier: MIT
// The C helpers that generated programs are made of.
#pragma once

#include <string>

namespace pincheck::reproducing {

/// Those helpers that `code` uses, and those that they use, in an order that compiles.
std::string helpers_for(const std::string& code);

}  // namespace pincheck::reproducing
