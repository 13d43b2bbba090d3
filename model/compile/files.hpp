// SPDX-License-Identifier: MIT
// model/compile: uses model/machine, model/paths; used by checker/search, checker/generate.
// Conventions and scenarios as TOML, shipped inside the program or read from files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/base/input.hpp"
#include "model/iterators/kind.hpp"
#include "model/question/convention.hpp"
#include "model/question/scenario.hpp"

namespace pincheck {

class Reader;

/// Reads a convention, on top of the one it is based on, if any: a shipped one by name, or a file,
/// relative to `file`. A row replaces the base's row of the same caller, kind and direction, a
/// switch the base's switch; no [[expect]] is inherited, and no row can be taken away. Throws
/// InputError: unknown caller, kind, key or word, wrong type, a key that can have no effect (see
/// convention_rules.hpp).
Convention parse_convention(std::string_view text, const std::string& file, const Kinds&);

/// The same from a table inside another file. A counterexample inlines its convention, whole:
/// based_on is refused, and rows for pairs that never meet are passed over, as old files have them.
Convention read_convention(Reader&, const Kinds&);

/// Reads a scenario. Throws InputError: unknown names, more than the model's bounds, a page that
/// the actor's path or kind cannot work on.
Scenario parse_scenario(std::string_view text, const std::string& file, const Kinds&);
Scenario read_scenario(Reader&, const Kinds&);
/// The scenario of a counterexample: what can have no effect, as old files have it, is left out.
Scenario read_kept_scenario(Reader&, const Kinds&);

/// A line of a convention's file: a switch, or a row.
struct Rule {
  std::string key;  ///< "splice.read", "callers.bio.bvec", "callers.nfs-read.kvec.dest"
  std::string is;   ///< its value, as TOML
};

/// All that the convention says of what is done, which is what two of them can differ in.
std::vector<Rule> rules_of(const Convention&);

/// TOML text that reads back as the same value. The convention is written under `prefix`
/// ("convention." inside a counterexample, "" in a file of its own), and so is the scenario.
std::string write_convention(const Convention&, const std::string& prefix);
std::string write_scenario(const Scenario&, const std::string& prefix);

/// Shipped conventions, by label.
const std::vector<Convention>& shipped_conventions(const Kinds&);
/// Shipped scenarios of corpus/thread, in alphabetical order.
const std::vector<Scenario>& shipped_scenarios(const Kinds&);

/// A shipped name, or the path of a file. Throws InputError, also where a file has the name or
/// label of a shipped convention and says something else.
Convention find_convention(const std::string& name_or_file, const Kinds&);
Scenario find_scenario(const std::string& name_or_file, const Kinds&);

}  // namespace pincheck
