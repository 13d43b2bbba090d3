// SPDX-License-Identifier: MIT
// checker/testing: uses checker/report, checker/predict, checker/reproduce; used by all tests.
// C functions made from numbers: they take references in several ways, and drop them on a ladder of
// labels; then some are spoilt. Nobody says which are right: what runs them does.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pincheck::test {

/// The function's text; it takes an unsigned long and a struct box *, and returns a long.
std::string made_function(const std::string& name, const std::vector<std::uint32_t>& numbers);

/// What such functions need besides pincheck.h or the stubs.
std::string made_prelude();

}  // namespace pincheck::test
