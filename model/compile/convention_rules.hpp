// SPDX-License-Identifier: MIT
// model/compile: uses model/machine, model/paths; used by checker/search, checker/generate.
// Which parts of a convention mean something: every key of a row has an effect on some I/O of its
// caller and kind, or is refused. One place for reader, tests and generators.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/callers/caller.hpp"

namespace pincheck {

/// What is wrong with a row: the key at fault, and a sentence that ends with what would be right.
struct RowProblem {
  std::string_view key;
  std::string message;
};

/// Whether the row says something about the key, be it the default.
using Stated = std::function<bool(std::string_view key)>;

/// Why the caller never sees such an iterator, in this direction or (nothing) in any; empty when it
/// does.
std::string pair_problem(const Caller&, const Kind&, std::optional<Direction>);

/// The first key of a row that can have no effect, whatever its value, or contradicts another.
std::optional<RowProblem> row_problem(const Row&, const Caller&, const Kind&,
                                      std::optional<Direction>, const Stated&);
/// The same where every key that is not at its default counts as stated.
std::optional<RowProblem> row_problem(const Row&, const Caller&, const Kind&,
                                      std::optional<Direction>);

/// Every release primitive that the caller's rows of that direction lead to, each once: what asking
/// a dead iterator may answer.
std::vector<Drop> release_answers(const Convention&, std::string_view caller, bool dest);

/// False when `ask = "at-release"` of the row changes nothing, since all rows of the caller drop
/// alike.
bool asking_matters(const Convention&, const RowEntry&);

}  // namespace pincheck
