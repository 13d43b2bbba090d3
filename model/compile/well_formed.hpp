// SPDX-License-Identifier: MIT
// model/compile: uses model/machine, model/paths; used by checker/search, checker/generate.
// What a scenario must be like, in one place: for the reader, what generates scenarios and what
// shrinks them. Every part of it can be noticed by some step or property, under some convention.
//
// `order`, `mapped` and `buffers` are references on a page that is used, so they always count.
// A scenario with an actor that takes from a pipe which stays empty may have pages that nobody
// uses: the verdict says what is missing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/iterators/kind.hpp"
#include "model/question/scenario.hpp"

namespace pincheck {

/// What is wrong, and where: a sentence that ends with what would be right.
struct ScenarioProblem {
  std::string_view table;  ///< "page", "pipe" or "actor"; empty: the scenario's own keys
  int index = 0;           ///< of that table
  std::string_view key;
  std::string message;
};

/// The first thing that cannot be, contradicts another or has no effect. Kinds that are not among
/// the given ones are not looked into.
std::optional<ScenarioProblem> problem(const Scenario&, const Kinds&);

/// The same for what cannot be or contradicts another; what has no effect is passed over, as
/// tidied() takes it away.
std::optional<ScenarioProblem> impossible(const Scenario&, const Kinds&);

/// The scenario without what has no effect: pages and pipes that nobody can notice, flags that no
/// step looks at, checks that no step has. What is impossible stays.
Scenario tidied(Scenario, const Kinds&);

/// Without the page, wherever it is listed; those behind it move up.
Scenario without_page(Scenario, int page);
/// Without the pipe, which no actor names.
Scenario without_pipe(Scenario, int pipe);

}  // namespace pincheck
