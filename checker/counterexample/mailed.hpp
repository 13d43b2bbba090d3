// SPDX-License-Identifier: MIT
// checker/counterexample: uses shrinkers, checker/render, checker/mail; used by checker/judge, checker/reproduce.
// Counterexamples as people send them: in mails, quoted, between other text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checker/counterexample/counterexample.hpp"
#include "model/compile/compile.hpp"

namespace pincheck::counterexample {

/// What stands at a place of a file: a counterexample, or what is in the way of reading one.
struct Found {
  std::string place;  ///< for messages: the file, or in a mail where it begins
  std::optional<Counterexample> example;
  std::string problem;  ///< a whole message, empty if there is an example
  bool alone = false;   ///< the file is nothing else
};

/// All counterexamples in the bytes of a file, at least one Found. What mail programs did to lines
/// is undone (layout.hpp); one that is then not as it was written is a problem, never a guess. A
/// file that is nothing but TOML may differ from what was written.
std::vector<Found> find_counterexamples(std::string_view bytes, const std::string& file,
                                        const Model&);

}  // namespace pincheck::counterexample
