// SPDX-License-Identifier: MIT
// checker/testing: uses checker/report, checker/predict, checker/reproduce; used by all tests.
// C functions made from numbers: blocks in blocks, each of which takes references in several ways,
// and drops them on the ways out. Some are spoilt. Nobody says which are right: what runs them
// does.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pincheck::test {

struct Made {
  std::string text;  ///< functions; the last one has the name that was asked for
  struct Function {
    std::string name;
    int bits = 0;  ///< how many of the lowest of its first argument matter
  };
  /// Those that others may call: each takes an unsigned long and a struct box *.
  std::vector<Function> functions;
};

/// With fewer or smaller numbers they become simpler.
Made made_functions(const std::string& name, const std::vector<std::uint32_t>& numbers);

/// What such functions need besides pincheck.h.
std::string made_prelude();

}  // namespace pincheck::test
