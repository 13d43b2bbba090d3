// SPDX-License-Identifier: MIT
// checker/export: uses properties; used by checker/command.
// Which actors are alike. Murphi can have them as one array over a scalarset, whose elements a
// symmetry reduction may swap.
#pragma once

#include <string>
#include <vector>

#include "model/machine/machine.hpp"

namespace pincheck::exporting {

/// Actors that share one set of declarations and rules.
struct Group {
  std::string name{};
  std::string type{};  ///< what the array is indexed with, when there are many
  std::vector<int> actors{};
  bool many() const { return actors.size() > 1; }
};

/// Each actor by itself.
std::vector<Group> single_actors(const System& system);

/// Actors with the same programs on the same pages together.
std::vector<Group> like_actors(const System& system);

/// Where all pages are alike, and actors with the same programs come once for each page: those
/// together, by page. Then swapping two pages and all that work on them changes nothing. Empty
/// where it is not so.
std::vector<Group> like_by_page(const System& system);

}  // namespace pincheck::exporting
