// SPDX-License-Identifier: MIT
// checker/judge: uses checker/counterexample, checker/generate; used by checker/report.
// Runs in which nothing need be wrong: what to hold a counterexample against.
#pragma once

#include "checker/judge/stories.hpp"

namespace pincheck::judge {

/// How a scenario goes when nothing comes between. Throws what compile throws.
story::Story undisturbed(const Scenario&, const Convention&, const Model&, Catalogue&);

/// How a counterexample goes under another convention: its steps in their order, with those that
/// only the other has in between, without those that it does not have or cannot take then; and from
/// there undisturbed to the end. The catalogue may be a new one. Throws what compile throws.
Shown same_order(const Shown&, const Convention&, const Model&, Catalogue&);

}  // namespace pincheck::judge
