// SPDX-License-Identifier: MIT
// model/machine: uses model/question; used by model/compile, properties.
// Whether every schedule ends by itself, read off the programs.
#pragma once

#include "model/machine/machine.hpp"

namespace pincheck {

/// True when no schedule can come back to a state it has left: then the state graph has no cycle. A
/// schedule that does repeats some threads' loops for ever, and what those steps change must change
/// back among them. So a loop cannot repeat that empties a pipe which no repeated step fills, or
/// sets a request flag (they are never cleared), or needs a page's state bit both set and clear
/// although no repeated step changes it back. False means that this argument finds no reason.
bool always_ends(const System&);

}  // namespace pincheck
