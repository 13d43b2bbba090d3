// SPDX-License-Identifier: MIT
// checker/explain: uses checker/story; used by checker/render, checker/trace.
// The words of every property.
#pragma once

#include "checker/explain/case.hpp"

namespace pincheck::explain {

/// What is said of a property's violation.
struct Words {
  std::string (*sentence)(const Case&);  ///< what is wrong
  Lines (*why)(const Case&);             ///< from there backwards to its cause, a sentence each
};

// By idea:
//   balance.cpp    acquire and release that do not match
//   lifetime.cpp   pages that go while somebody needs them
//   reclaim.cpp    reclaim's tests and what happened behind their back
//   writeback.cpp  device writes, and who writes their data back when
//   waiting.cpp    requests that get nowhere
namespace words {
#define PINCHECK_WORDS(name) extern const Words name;
PINCHECK_PROPERTIES(PINCHECK_WORDS)
#undef PINCHECK_WORDS
/// A cycle that no fair schedule leaves: the other way not to complete.
extern const Words livelock;
}  // namespace words

// Pieces that several of them use.

/// Why what was released is not what was held, or never was.
Lines why_unbalanced(const Case&);
/// How the page came to be freed in that step, and whose reference was the last.
Lines how_freed(const Case&, int number, int page);
/// "the count is 1023 short: 3 references are held, and it says -1020".
std::string count_against_holders(const Case&, int page);
/// Releases of the event's page that were not the ones for what was held, the last one first.
Lines wrong_releases(const Case&);
/// The faults that led the actor to step `end`, after step `start`: at most one line.
Lines faults(const Case&, int start, int end, int actor);

}  // namespace pincheck::explain
