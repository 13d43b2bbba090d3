// SPDX-License-Identifier: MIT
// checker/counterexample: uses shrinkers, checker/render, checker/mail; used by checker/judge, checker/reproduce.
// A counterexample as a file: self-contained TOML with named steps, so that it outlives changes.
#pragma once

#include <string>
#include <vector>

#include "checker/counterexample/renames.hpp"
#include "checker/explain/explain.hpp"
#include "model/compile/files.hpp"
#include "shrinkers/minimize.hpp"

namespace pincheck::counterexample {

/// Formats so far. 1: no `minimal`, no `breaks_at`, the convention whole. 2: with both.
/// Newer files of format 2 also name the `commit` of the tool that found it. 3: ends with the table
/// [end], which has a `checksum` (layout.hpp); no line is over 76 columns.
inline constexpr int kCounterexampleFormat = 3;

/// Largest seed: what TOML and JSON readers take as an exact integer.
inline constexpr std::int64_t kMaxSeed = (std::int64_t{1} << 53) - 1;

struct NamedStep {
  std::string actor;
  std::string step;
  std::string outcome;  ///< empty when the step has only one
  bool operator==(const NamedStep&) const = default;
};

struct Counterexample {
  std::string property;
  std::string breaks_at;  ///< the step that violates it, or "end"; empty in format 1
  shrinkers::Minimality minimality = shrinkers::Minimality::none;
  std::uint64_t seed = 0;
  std::string commit;  ///< of the tool that found it; empty in older files
  Convention convention;
  Scenario scenario;
  std::vector<NamedStep> schedule;
  bool changed = false;  ///< since it was written, as its checksum shows
};

/// What a story comes to as a file. The convention is kept as far as the scenario's callers go.
Counterexample make_counterexample(const story::Story&, const Convention&, shrinkers::Minimality,
                                   std::uint64_t seed);

/// The file's text: the story and the command that replays the file as comments, then the data.
/// `name` is the file's, of its folder; empty is file_name_of().
std::string counterexample_text(const Counterexample&, const story::Story&,
                                const explain::Explanation&, const std::string& name = "");

/// `<property>-<hash>.toml`; the hash is over property, scenario and schedule, so that two runs
/// that find the same thing name it the same.
std::string file_name_of(const Counterexample&);

/// Reads a counterexample of any format so far, with the names of today. Throws InputError.
Counterexample parse_counterexample(std::string_view text, const std::string& file, const Kinds&,
                                    const Renames& = shipped_renames());

/// The convention's rows for the scenario's callers, with its switches, without what its author
/// expects.
Convention as_far_as(const Convention&, const Scenario&);

}  // namespace pincheck::counterexample
