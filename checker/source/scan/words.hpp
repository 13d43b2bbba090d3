// SPDX-License-Identifier: MIT
// checker/source/scan: uses checker/source/front, checker/source/follow, checker/report; used by checker/source/patch.
// What reports on C code say in the same words.
#pragma once

#include <string>

#include "checker/report/report.hpp"
#include "checker/source/follow/verdict.hpp"

namespace pincheck::scan {

/// Lines of at most 80 columns, the first indented by so much, the others by two more.
std::string indented(const std::string& text, std::size_t by);
/// The finding in a sentence, with its path; `function`: whose it is.
std::string finding_text(const follow::Finding&, const std::string& function);
/// A verdict's name, in its colour.
std::string coloured_name(follow::Decision);
report::Json to_json(const follow::Finding&);

}  // namespace pincheck::scan
