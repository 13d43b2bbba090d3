// SPDX-License-Identifier: MIT
// model/compile: uses model/machine, model/paths; used by checker/search, checker/generate.
// Scenario + convention -> System: programs of steps and the world they start in.
#pragma once

#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/iterators/kind.hpp"
#include "model/machine/machine.hpp"
#include "model/paths/path.hpp"
#include "model/question/convention.hpp"
#include "model/question/scenario.hpp"

namespace pincheck {

/// All steps and outcomes ever compiled, numbered; coverage counts by these numbers.
class Catalogue {
 public:
  struct Entry {
    std::string step;
    std::string outcome;
    std::string function;
    bool fault = false;
  };
  /// The number of an outcome; numbers are given in the order of first sight.
  int id(const Step& step, const Outcome& outcome);
  const std::vector<Entry>& entries() const { return entries_; }
  /// The number of a meeting of path, caller and iterator kind.
  int meeting(const std::string& name);
  const std::vector<std::string>& meetings() const { return meetings_; }
  std::set<std::string>& checks() { return checks_; }
  const std::set<std::string>& checks() const { return checks_; }

 private:
  std::unordered_map<std::string, int> ids_;
  std::unordered_map<std::string, int> meeting_ids_;
  std::vector<Entry> entries_;
  std::vector<std::string> meetings_;
  std::set<std::string> checks_;  ///< every check that some program can do without
};

/// What a compilation needs besides the scenario and the convention.
struct Model {
  Kinds kinds = linux_kinds();
  Convention baseline;  ///< `not-refused` compares with what this one accepts
};

/// Builds the system. Throws NotStated where the convention does not cover an actor, and
/// std::invalid_argument where the scenario names a check that no program has.
System compile(const Scenario&, const Convention&, const Model&, Catalogue&);

/// Whether the convention takes the actor's request at all; silence counts as no.
bool accepts(const Convention&, const ActorSpec&, const Scenario&);

/// The iterator kind that the actor's caller sees, "" when there is no caller.
std::string seen_kind(const Convention&, const ActorSpec&);

/// "dio" for an actor's own thread, "dio/io" for its device and completion.
std::string thread_name(const Scenario&, int thread);

}  // namespace pincheck
