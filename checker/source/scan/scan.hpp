// SPDX-License-Identifier: MIT
// checker/source/scan: uses checker/source/front, checker/source/follow, checker/report; used by checker/source/patch.
// checker/command. Reads C files and says of each function that takes page references whether it
// drops them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "checker/source/callee/callee.hpp"
#include "checker/source/follow/verdict.hpp"
#include "checker/source/front/compiler.hpp"
#include "model/base/stopped.hpp"

namespace pincheck::scan {

struct Source {
  std::string name;                    ///< as the user says it
  std::vector<front::Recipe> recipes;  ///< the first that works counts
  std::string not_built{};             ///< why this kernel is built without it, if it is
};

struct FileResult {
  std::string name;
  std::string error;         ///< the compiler's first; empty when it compiled
  bool interrupted = false;  ///< not all of its functions were looked at
  std::vector<follow::Verdict> verdicts;
};

struct Options {
  std::vector<std::string> functions;  ///< only these; all if none
  follow::Bounds bounds;
  std::string cache{};  ///< a folder for compiled files and verdicts; none if empty
  int threads = 1;
  /// Files near one that call a function, or define it; none are looked for where this is empty.
  std::function<std::vector<Source>(const std::string& file, const std::string& function)> nearby{};
  Stopped stopped{};
  /// Told how many of what are done, one at a time.
  std::function<void(std::string_view what, std::size_t done, std::size_t of)> progress{};
};

/// By the first of its recipes that works; else the error of the first.
front::Compiled compiled(const Source&, const front::Compiler&);

/// In the order of the sources. Files that call each other are read together (linking.hpp). Those
/// that were not read when it was stopped are left out.
std::vector<FileResult> scan(const std::vector<Source>&, const callee::Callees&, const Options&);

/// A person has read all that is wrong with it.
bool is_known(const follow::Verdict&);

/// How many functions, and files that did not compile.
struct Tally {
  int balanced = 0, violated = 0, undecided = 0, takes_nothing = 0;
  int known = 0;  ///< of the violated
  int compiled = 0, failed = 0;
  int interrupted = 0;  ///< files
};
Tally tally(const std::vector<FileResult>&);

}  // namespace pincheck::scan
