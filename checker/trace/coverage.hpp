// SPDX-License-Identifier: MIT
// What a trace can tell at all.
#pragma once

#include <string>
#include <vector>

#include "checker/trace/reader.hpp"

namespace pincheck::trace {

struct Coverage {
  int property = 0;    ///< index into properties()
  std::string judged;  ///< "yes", "in part" or "no"
  std::string why;     ///< "" for yes
};
/// For every property that traces are held against.
std::vector<Coverage> coverage(const Trace&);

/// What else limits the conclusions, in sentences: ends, losses, unseen counts.
std::vector<std::string> limits(const Trace&);

}  // namespace pincheck::trace
