// SPDX-License-Identifier: MIT
// checker/reproduce: uses checker/counterexample; used by checker/command.
// A counterexample as a C program that does the same on a real kernel, as far as user space can.
#pragma once

#include <string>

#include "checker/counterexample/counterexample.hpp"

namespace pincheck::reproduce {

/// The program's text. `story` tells the schedule, `file` is where the counterexample was read.
/// Throws InputError where an actor does what no system call leads to.
std::string reproduce(const counterexample::Counterexample&, const story::Story&, const System&,
                      const Kinds&, const std::string& file);

}  // namespace pincheck::reproduce
