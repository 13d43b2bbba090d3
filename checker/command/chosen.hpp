// SPDX-License-Identifier: MIT
// checker/command: uses checker/report, checker/export, checker/predict, checker/reproduce, checker/source/patch.
// checker/source/scan. What several commands are asked for: conventions, scenarios, and what if.
#pragma once

#include <string>
#include <vector>

#include "checker/command/command_line.hpp"
#include "model/compile/compile.hpp"

namespace pincheck::command {

Model make_model();

/// --chk and --zp: what is changed in every convention.
class WhatIf {
 public:
  void declare(const Arguments&);
  /// " --chk on": as it was given.
  std::string words() const;
  void change(Convention&) const;
  /// What the command line says about reclaim wins over what a scenario says.
  void change(Scenario&) const;

 private:
  std::string chk_;
  std::string zp_;
};

/// The one of that name, shipped or in a file. Throw InputError.
Convention chosen_convention(const std::string& name, const Model&);
Scenario chosen_scenario(const std::string& name, const Model&);
/// Those of the names, all shipped ones if there are none, changed. Throw InputError.
std::vector<Convention> chosen_conventions(const std::vector<std::string>& names, const WhatIf&,
                                           const Model&);
std::vector<Scenario> chosen_scenarios(const std::vector<std::string>& names, const WhatIf&,
                                       const Model&);
/// A scenario that a convention speaks of must be shipped or among those being judged.
void check_expected_scenarios(const std::vector<Convention>&, const std::vector<Scenario>& judged,
                              const Model&);

/// The word as a shell reads it.
std::string shell_word(const std::string&);

/// --seed.
void add_seed(const Arguments&, std::uint64_t& seed);
/// --shrink-budget.
void add_shrink_budget(const Arguments&, double& seconds);

}  // namespace pincheck::command
