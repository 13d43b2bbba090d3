// SPDX-License-Identifier: MIT
// checker/reproduce: uses checker/counterexample; used by checker/command.
// What a generated program says about itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "checker/counterexample/counterexample.hpp"
#include "checker/reproduce/route.hpp"
#include "checker/reproduce/timing.hpp"

namespace pincheck::reproduce {

/// Lines of a C comment: no text can end it, or continue a line.
std::string comment(std::string_view text, std::string_view indent = "");
/// The same, wrapped.
std::string remark(std::string_view text, std::string_view indent = "");

/// The head of the program: what is violated and how, what this does of it, how to run and see it.
std::string head_comment(const counterexample::Counterexample&, const story::Story&,
                         const explain::Explanation&, const std::vector<Turn>&,
                         const std::string& usage);

/// Above an actor's function: its steps, and which of them user space cannot force.
std::string actor_comment(const story::Story&, const Turn&, const Route&);

/// Above what holds a turn back.
std::string wait_comment(const story::Story&, int step, const Wait&);

/// What user space cannot choose about a page; "" when it can.
std::string page_remark(const PageSpec&);

}  // namespace pincheck::reproduce
