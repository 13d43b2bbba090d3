// SPDX-License-Identifier: MIT
// checker/judge: uses checker/counterexample, checker/generate; used by checker/report.
// Violations as people see them: minimal counterexamples, each told once.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "checker/explain/explain.hpp"
#include "checker/judge/verdict.hpp"
#include "shrinkers/minimize.hpp"

namespace pincheck::judge {

/// A minimal violation, and the conventions that show the very same one.
struct Shown {
  story::Story story;        ///< of the first property it violates
  explain::Explanation why;  ///< of the same
  PropertySet violated = 0;  ///< every property whose minimal schedule this is
  std::vector<const Convention*> conventions;
  bool expected = false;  ///< declared by each of those conventions
  shrinkers::Minimality minimality = shrinkers::Minimality::none;
  std::size_t original_steps = 0;  ///< before shrinking
  bool livelock = false;           ///< a cycle that no fair schedule leaves: nothing to replay
};

/// Finds and tells minimal counterexamples. What it has worked out once it remembers: conventions
/// that agree about a scenario's callers have the same.
class StoryTeller {
 public:
  StoryTeller(const Model& model, Catalogue& catalogue, shrinkers::MinimizeOptions options)
      : model_(model), catalogue_(catalogue), options_(std::move(options)) {}

  /// One for each property that the cell's answer has. Each scenario keeps its callers.
  std::vector<Shown> of(const Cell&);

  /// The one of a violation that a random scenario showed, whose callers nobody asked about.
  Shown of_random(const Scenario&, const Convention&, const std::vector<Choice>& schedule,
                  int property);

 private:
  const shrinkers::Minimal& minimal_of(const Cell&, int property, const System&);
  Shown tell_minimal(const shrinkers::Minimal&, const Scenario& asked, const Convention&,
                     int property);

  const Model& model_;
  Catalogue& catalogue_;
  shrinkers::MinimizeOptions options_;
  std::map<std::string, shrinkers::Minimal> known_;
};

/// Adds a story to those told, or its convention to the one that is the same.
void add_story(std::vector<Shown>& told, Shown one);

}  // namespace pincheck::judge
