// SPDX-License-Identifier: MIT
// A counterexample as a file: self-contained TOML with named steps, so that it outlives changes.
#pragma once

#include <string>
#include <vector>

#include "checker/story.hpp"
#include "model/files.hpp"

namespace pincheck {

inline constexpr int kCounterexampleFormat = 1;

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
  std::uint64_t seed = 0;
  Convention convention;
  Scenario scenario;
  std::vector<NamedStep> schedule;
};

/// How a replay went.
struct Replay {
  bool reproduced = false;
  std::string problem;  ///< why not: which step is not enabled, where its actor stands
  Story story;
};

/// The file's text: the story as comments, then format, property, convention, scenario, schedule.
std::string counterexample_text(const Counterexample&, const Story&);

/// Reads a counterexample. Throws InputError.
Counterexample parse_counterexample(std::string_view text, const std::string& file, const Kinds&);

/// Takes the named steps. Throws InputError when a step or outcome is in no program of the model.
Replay replay_counterexample(const Counterexample&, const std::string& file, const Model&,
                             Catalogue&);

Counterexample make_counterexample(const Story&, const Convention&, std::uint64_t seed);

/// Writes to a temporary file beside `path` and renames it. Throws InputError when it cannot.
void write_atomically(const std::string& path, const std::string& text);

}  // namespace pincheck
