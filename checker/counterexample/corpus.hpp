// SPDX-License-Identifier: MIT
// checker/counterexample: uses shrinkers, checker/render, checker/mail; used by checker/judge, checker/reproduce.
// The corpus: what was found before, replayed before anything else is tried.
#pragma once

#include <string>
#include <vector>

#include "checker/counterexample/replay.hpp"

namespace pincheck::counterexample {

/// Where new counterexamples go unless told otherwise, below the current folder.
inline constexpr const char* kRegressionFolder = "corpus/regression";

/// A counterexample file that was read.
struct CorpusFile {
  std::string path;
  Counterexample example;
};

/// The counterexamples of a folder, by name; none when there is no such folder. Throws InputError
/// on a file that is none.
std::vector<CorpusFile> read_corpus(const std::string& folder, const Model&);

/// Those that come inside the program, of corpus/regression.
std::vector<CorpusFile> shipped_corpus(const Model&);

/// Counterexamples and how they replay.
struct Replayed {
  CorpusFile file;
  Replay replay;
};
std::vector<Replayed> replay_all(const std::vector<CorpusFile>&, const Model&, Catalogue&,
                                 const Stopped&);

/// Whether `other` adds nothing to `one`: the same property, by no other actors (path, caller and
/// kind), with as few parts and steps or fewer, and violated under `other`'s convention too.
bool subsumes(const Counterexample& one, const Counterexample& other, const Model&, Catalogue&);

/// The first of `all` that subsumes it, null if there is none. Of two that subsume each other it is
/// the one that comes first.
const Replayed* subsumer_of(const Replayed& one, const std::vector<Replayed>& all, const Model&,
                            Catalogue&);

/// Names in a counterexample's scenario and convention that only this layer knows. Throws
/// InputError.
void check_names(const std::string& origin, const Scenario&, const Model&);
void check_names(const std::string& origin, const Convention&);

/// Reads a counterexample, of a file, and checks all its names. Throw InputError.
Counterexample parse_checked(std::string_view text, const std::string& file, const Model&);
Counterexample read_counterexample(const std::string& file, const Model&);

/// Makes the folder, unless it is there. Throws InputError.
void make_folder(const std::string& folder);

/// Writes a counterexample into the folder under its file_name_of(), unless a file of that name is
/// there already: then it is the same. Returns the path. Throws InputError.
std::string save_counterexample(const std::string& folder, const Counterexample&,
                                const story::Story&, const explain::Explanation&);

}  // namespace pincheck::counterexample
