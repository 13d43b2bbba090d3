// SPDX-License-Identifier: MIT
// checker/reproduce: uses checker/counterexample; used by checker/command.
// The C functions and structs that generated programs are made of, as text.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace pincheck::reproduce {

struct Helper {
  std::string_view name;  ///< of the function, or "struct NAME"
  std::string_view text;
};

/// In an order that compiles: each uses only what stands before it, the second list the first too.
std::vector<Helper> helpers_to_prepare();
std::vector<Helper> helpers_to_act();

}  // namespace pincheck::reproduce
