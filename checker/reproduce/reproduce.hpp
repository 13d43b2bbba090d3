// SPDX-License-Identifier: MIT
// A counterexample as a C program that does the same on a real kernel, as far as user space can.
#pragma once

#include <string>

#include "checker/counterexample/counterexample.hpp"

namespace pincheck {

/// The program's text. `story` tells the schedule, `file` is where the counterexample was read.
/// Throws InputError where an actor does what no system call leads to.
std::string reproduce(const Counterexample&, const Story&, const System&, const Kinds&,
                      const std::string& file);

}  // namespace pincheck
