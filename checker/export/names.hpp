// SPDX-License-Identifier: MIT
// checker/export: uses properties; used by checker/command.
// Names that SPIN and Murphi accept, for things that people named.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/machine/machine.hpp"

namespace pincheck::exporting {

/// Hands out names once each, none of them a reserved word of either language.
class Names {
 public:
  /// Letters and digits only, so that `name` + `_` + anything belongs to nobody else.
  std::string plain(std::string_view name);
  /// `prefix` and the name with '_' for whatever is no letter or digit.
  std::string prefixed(std::string_view prefix, std::string_view name);

 private:
  std::string fresh(const std::string& wanted);
  std::set<std::string> taken_;
};

/// For each thread its steps' labels, `at_gup_grab`, and behind them `finished`.
std::vector<std::vector<std::string>> step_labels(const System& system);

/// A name with '_' for whatever is no letter or digit.
std::string identifier(std::string_view name);

}  // namespace pincheck::exporting
