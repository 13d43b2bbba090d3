// SPDX-License-Identifier: MIT
// checker/source/follow: uses checker/source/value, checker/source/callee; used by checker/source/scan.
// checker/source/scan. What is said of a function that takes page references.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace pincheck::follow {

enum class Wrong : std::uint8_t {
  leak,             ///< a reference is held at the end, and nobody can reach the page
  dropped_twice,    ///< a reference is dropped that was dropped before
  wrong_primitive,  ///< a pin is put, or a get is unpinned
  never_taken,      ///< what was never filled in is dropped, or a null pointer or an error
};

/// One line of a path.
struct Line {
  std::string file;  ///< as the compiler was given it
  int line = 0;
  std::string function;  ///< it is in
  std::string text;
  std::string counts;  ///< "page 1: 1 pin", where they change
};

/// "direct.c:123"
std::string place_of(const Line&);

struct Finding {
  Wrong wrong{};
  std::string sentence;
  std::string cause;  ///< places that it is about: the same in callers of the function
  std::vector<Line> path;
  std::string known{};  ///< what a person found who read it; empty: nobody has
};

enum class Decision : std::uint8_t { balanced, violated, undecided, takes_nothing };

/// Why a path was not followed to its end.
enum class Cut : std::uint8_t {
  turns,    ///< a branch was open too often
  pages,    ///< more pages than the bound
  steps,    ///< too many instructions
  time,     ///< no time was left
  waiting,  ///< too many paths were waiting
  strange,  ///< an instruction that is not followed
};

struct Bounds {
  int pages = 2;       ///< at most, at each call that takes some
  int turns = 3;       ///< how often a branch of a frame may be open
  int steps = 40'000;  ///< instructions of a path
  int depth = 10;      ///< frames
  double seconds = 8;  ///< of processor time, a function
  std::size_t waiting = 20'000;
};

struct Verdict {
  std::string function;
  std::string file;
  int line = 0;
  Decision decision{};
  std::vector<Finding> findings;
  std::map<std::string, int> open;  ///< what would decide it: paths that need it
  /// Places that took what the caller can reach, and is told of an error: paths (callers.hpp).
  std::map<std::string, int> left;
  /// Such places, where a callee was told of an error, and this function returns none.
  std::set<std::string> kept_after_error;
  std::set<std::string> contracts;  ///< what callers do: "after an error foo() drops ..."
  /// Functions of other files: who calls them, or what they do, would decide it.
  std::set<std::string> asks;
  std::set<std::string> read_with;    ///< files besides those that were asked for
  std::set<std::string> assumptions;  ///< "foo() leaves pages alone"
  std::map<Cut, int> cuts;            ///< paths
  bool kept = false;                  ///< at some end counts were not as at the beginning
  /// What callers are left with, at each end: "error: 1 get of the caller's dropped".
  std::set<std::string> ends;
  std::set<std::string> reached;  ///< places where counts changed
  int passes = 0;                 ///< how often it was followed: with more, more is known
  int turns = 0;                  ///< Bounds::turns, or fewer: for more there was no time
  long paths = 0;                 ///< followed to their end
  long took = 0;                  ///< of these, took a reference
  long merged = 0;                ///< went on like one that was followed
  double seconds = 0;
};

/// No path was cut of which nobody knows how far it would go: only at loop turns and pages.
bool is_complete(const Verdict&);
Decision decision_of(const Verdict&);
/// References are as they were before, at all ends: who calls it need not know more.
bool is_settled(const Verdict&);

std::string_view name_of(Wrong);
std::string_view name_of(Decision);
std::string_view name_of(Cut);

}  // namespace pincheck::follow
