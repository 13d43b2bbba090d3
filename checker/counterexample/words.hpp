// SPDX-License-Identifier: MIT
// checker/counterexample: uses shrinkers, checker/render, checker/mail; used by checker/judge, checker/reproduce.
// Tests of a step in words, for people who ask why it cannot be taken.
#pragma once

#include <span>
#include <string>

#include "model/machine/machine.hpp"
#include "model/question/scenario.hpp"

namespace pincheck::counterexample {

/// What keeps the thread from an outcome with these tests, as the world is: "page a is locked".
/// Empty when all tests hold.
std::string what_hinders(const System&, const Scenario&, const World&, int thread,
                         std::span<const Test> when);

}  // namespace pincheck::counterexample
