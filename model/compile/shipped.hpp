// SPDX-License-Identifier: MIT
// model/compile: uses model/machine, model/paths; used by checker/search, checker/generate.
// Shipped conventions as text, for those that are based on them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/base/nearest.hpp"
#include "model/iterators/kind.hpp"
#include "model/question/convention.hpp"

namespace pincheck {

/// Where a shipped convention of that name is, whether there is one or not.
std::string shipped_convention_file(std::string_view name);

/// The names of all of them, also while one is being read.
Names shipped_convention_names();

/// The text of a shipped file, or nothing.
std::optional<std::string_view> shipped_text(std::string_view file);

/// The shipped convention whose name or label the given one has while it says something else;
/// nothing when there is none.
const Convention* impersonated_by(const Convention&, const Kinds&);

}  // namespace pincheck
