// SPDX-License-Identifier: MIT
// checker/trace: uses checker/explain; used by checker/predict.
// What a trace can tell at all.
#pragma once

#include <string>
#include <vector>

#include "checker/trace/findings.hpp"
#include "checker/trace/reader.hpp"

namespace pincheck::trace {

struct Coverage {
  int property = 0;    ///< index into properties()
  std::string judged;  ///< "yes", "in part" or "no"
  std::string why;     ///< "" for yes
};
/// For every property that traces are held against.
std::vector<Coverage> coverage(const Trace&);

/// Why no event could have violated anything; none if one could.
std::vector<std::string> why_nothing(const Trace&, const Findings&);

/// What else limits the conclusions, in sentences: ends, losses, unseen counts.
std::vector<std::string> limits(const Trace&);

}  // namespace pincheck::trace
