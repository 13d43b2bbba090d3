// SPDX-License-Identifier: MIT
// checker/export: uses properties; used by checker/command.
// A scenario's transition system in another model checker's language, from the same step
// descriptions that the interpreter runs. Readable, with the properties as assertions.
#pragma once

#include <string>

#include "model/machine/machine.hpp"
#include "model/question/scenario.hpp"

namespace pincheck::exporting {

/// Promela, for SPIN. Without reductions SPIN finds exactly the states of plain_search; how to
/// build it for that is said at the top of the text. `convention` is the name for the heading.
/// Throws std::invalid_argument when something has no translation; the message says what.
std::string to_promela(const Scenario& scenario, const System& system,
                       const std::string& convention);

/// Murphi, for Rumur (or CMurphi). The same states with symmetry reduction off; like actors are
/// a scalarset. Throws as to_promela does.
std::string to_murphi(const Scenario& scenario, const System& system,
                      const std::string& convention);

/// A graph for dot: the same states again, each a node with its pages' counts, each step an edge.
/// Throws std::invalid_argument when there are more than somebody could look at.
std::string to_graphviz(const Scenario& scenario, const System& system,
                        const std::string& convention);

}  // namespace pincheck::exporting
