// SPDX-License-Identifier: MIT
// checker/command: uses checker/report, checker/export, checker/predict, checker/reproduce, checker/source/patch.
// checker/source/scan. What is to be said of something that has a name: put together from what the
// model, the properties and the conventions say of it themselves.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/base/nearest.hpp"
#include "model/compile/compile.hpp"

namespace pincheck::command {

struct Explained {
  struct Fact {
    std::string about;  ///< "Functions of the kernel"
    std::vector<std::string> lines;
  };
  std::string what;  ///< "property"
  std::string name;
  std::string summary{};             ///< what it is, in a line
  std::vector<std::string> about{};  ///< paragraphs of its source
  std::vector<Fact> facts{};
  std::vector<std::string> commands{};  ///< to go on with
  std::string file{};                   ///< that defines it; "" where none alone does
};

/// Everything of that name: a property or its code, a step, check or function of the kernel, a
/// convention or its label, a scenario, caller, kind, path or case. Throws InputError where there
/// is nothing.
std::vector<Explained> explained(const std::string& name, const Model&);

}  // namespace pincheck::command
