// SPDX-License-Identifier: MIT
// checker/generate: uses model/compile; used by checker/judge.
// Random scenarios, made by RapidCheck.
#pragma once

#include <rapidcheck.h>

#include <cstdint>

#include "model/iterators/kind.hpp"
#include "model/question/scenario.hpp"

namespace pincheck::generate {

/// Well-formed scenarios of 1 to 4 actors. Each draws a random subset of the paths and of the
/// callers first and uses only those (swarm testing, Groce et al., ISSTA 2012): a long run of one
/// combination is likelier than if all were always there. Creators keep the contract (they hold
/// their pages until completion); breaking it is for scenarios written by hand.
rc::Gen<Scenario> scenarios(const Kinds& kinds);

/// One scenario of the generator, the same for the same seed everywhere.
Scenario generate_scenario(const Kinds& kinds, std::uint64_t seed);

/// One whose first actor has `wanted`'s path, caller, kind and is as asynchronous, every other one
/// with two pages at most. Throws std::logic_error when there is no such actor.
Scenario generate_around(const ActorSpec& wanted, const Kinds& kinds, std::uint64_t seed);

}  // namespace pincheck::generate
