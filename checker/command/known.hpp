// SPDX-License-Identifier: MIT
// checker/command: uses checker/report, checker/export, checker/predict, checker/reproduce, checker/source/patch.
// checker/source/scan. What has a name: lists of it, from the same descriptions that the model runs
// on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/compile/compile.hpp"

namespace pincheck::command {

struct Listing {
  std::string name;
  std::string text;
};
using Listings = std::vector<Listing>;

struct Topic {
  std::string name;  ///< "conventions"
  Listings (*list)(const Model&);
};

/// In the order of --help.
const std::vector<Topic>& topics();
/// What a topic has; nothing where there is no such topic.
Listings listed(std::string_view topic, const Model&);

/// Everything that any shipped convention makes a step of.
const Catalogue& whole_catalogue();

}  // namespace pincheck::command
