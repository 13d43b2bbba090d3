// SPDX-License-Identifier: MIT
// checker/source/patch: uses checker/source/edit, checker/source/scan; used by checker/command.
// What a change of C files means to who takes page references: both versions are read, and held
// against each other.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "checker/source/edit/texts.hpp"
#include "checker/source/front/tree.hpp"
#include "checker/source/patch/compare.hpp"
#include "checker/source/scan/scan.hpp"

namespace pincheck::patch {

/// The files of both versions, and how they are compiled.
struct Versions {
  std::vector<scan::Source> before, after;
  std::map<std::string, std::string> new_names;  ///< of files that are renamed
  std::vector<std::string> changed;              ///< all files, also those that are no C
  std::vector<std::string> not_read;             ///< and why not
};

/// `tree`: none where the files include pincheck.h only. `others`: files that are read with those
/// that are changed, such as users of a header. Throws InputError where nothing is changed.
Versions versions(const edit::Texts&, const front::Tree* tree,
                  const std::vector<std::string>& others);

/// What callees do, in one reading of it.
struct Reading {
  std::string name{};  ///< empty: the only one
  callee::Callees callees;
};

struct Answer {
  std::string name;
  std::vector<Pair> pairs;
  std::vector<std::string> at_their_word;  ///< changed functions that are described, not followed
};

struct Comparison {
  std::vector<std::string> changed;
  std::vector<std::string> not_read;
  std::vector<Answer> answers;  ///< one for each reading
  bool interrupted = false;
};

/// Follows all functions that the change can matter to, in both versions. `common`: what callees do
/// but for the readings. Throws InputError where a file that compiles before does not after.
Comparison compare_versions(const Versions&, const callee::Callees& common,
                            const std::vector<Reading>&, const scan::Options&);

}  // namespace pincheck::patch
