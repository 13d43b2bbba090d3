// SPDX-License-Identifier: MIT
// checker/explain: uses checker/story; used by checker/render, checker/trace.
// What is said of a story that violates its property: what is wrong, and a few sentences from there
// backwards to its cause, told from the steps, their events and the ledger.
#pragma once

#include <string>
#include <vector>

#include "checker/story/story.hpp"

namespace pincheck::explain {

/// Nothing where the story violates nothing.
struct Explanation {
  std::string sentence;              ///< what is wrong
  std::vector<std::string> because;  ///< how it came to that, a sentence each
};

/// `system` is the one that the story was told of.
Explanation explain(const story::Story&, const System& system);

}  // namespace pincheck::explain
