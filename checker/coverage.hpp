// SPDX-License-Identifier: MIT
// What the model has, and what a run has reached of it.
#pragma once

#include <string>
#include <vector>

#include "checker/search.hpp"
#include "model/compile.hpp"

namespace pincheck {

/// Compiles every path x caller x kind x direction under every convention, so that the catalogue
/// has all steps there are.
void list_everything(const std::vector<Convention>&, const Model&, Catalogue&);

/// What a full run need not reach, and why (corpus/unreachable.toml).
struct Unreachable {
  std::string step;
  std::string outcome;
  std::string reason;
};
const std::vector<Unreachable>& unreachable();

/// Every outcome and meeting of the catalogue that was never taken and is not named unreachable.
std::vector<std::string> unreached(const Catalogue&, const Visits&);

}  // namespace pincheck
