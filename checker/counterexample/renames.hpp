// SPDX-License-Identifier: MIT
// checker/counterexample: uses shrinkers, checker/render, checker/mail; used by checker/judge, checker/reproduce.
// Names that the model has given up for others, so that old counterexamples still replay.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pincheck::counterexample {

/// What a name in a counterexample file is a name of.
enum class NameOf : std::uint8_t { step, outcome, path, caller, kind, property, check };

struct Rename {
  NameOf what = NameOf::step;
  std::string was;
  std::string now;
  std::string step;  ///< outcomes only: of the step that has this name now
};

/// In the order in which they were made: a name that was changed twice goes through both.
using Renames = std::vector<Rename>;

/// A step that old schedules do not have, and the outcome that goes on as they did.
struct AddedStep {
  std::string step;
  std::string outcome;
};
/// Those of model/renamed.toml. Throws InputError when that file is wrong.
const std::vector<AddedStep>& added_steps();

/// Those of model/renamed.toml. Throws InputError when that file is wrong.
const Renames& shipped_renames();

}  // namespace pincheck::counterexample
