// SPDX-License-Identifier: MIT
// checker/generate: uses model/compile; used by checker/judge.
// Every scenario of the grammar up to a bound, each class under renaming once, smallest first.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <tuple>

#include "model/iterators/kind.hpp"
#include "model/question/scenario.hpp"

namespace pincheck::generate {

/// How big a scenario is; what is named first counts most.
struct Size {
  int actors = 0;
  int pages = 0;
  int pipes = 0;
  int slots = 0;  ///< pages listed by actors and held by rings, repeats included
  int flags =
      0;  ///< settings of pages and actors that could be simpler (model/question/fields.hpp)

  bool operator==(const Size&) const = default;
  bool operator<(const Size& other) const {
    return std::tie(actors, pages, pipes, slots, flags) <
           std::tie(other.actors, other.pages, other.pipes, other.slots, other.flags);
  }
};

Size size_of(const Scenario&);

/// What is enumerated: at least one actor, and at most as many of each as said here.
struct Bounds {
  int actors = 3;
  int pages = 2;
  int pipes = kMaxPipes;  ///< the scenario's; sendfile's own come on top, up to kMaxPipes
  int slots = 2;          ///< pages that one actor lists, and that one ring holds at the start
  int flags = std::numeric_limits<int>::max();  ///< Size::flags of the whole scenario
};

/// Scenarios in the order of their Size. Renaming permutes pages, pipes and the order of actors;
/// the order in which an actor lists its pages, and a ring holds them, is no name and stays: a
/// truncation of the first of two pages is not one of the second.
///
/// What no actor can notice is left out (as in model/compile/well_formed.hpp): a page that nobody
/// lists and no ring holds, unless it is of backing pipe and some actor allocates pages, and a pipe
/// that nobody uses and that holds nothing, or also pages that nobody else can reach, and flags
/// that no step looks at. A ring that nobody reads stays while all its pages are in use: it keeps
/// references to them.
///
/// Takes memory for the actors of a few hundred tuples of backings, not for what it yields.
class Enumeration {
 public:
  /// Throws std::invalid_argument when a bound is negative or above the model's, or there is no
  /// actor or slot.
  Enumeration(const Kinds& kinds, const Bounds& bounds);
  Enumeration(const Enumeration&) = delete;
  Enumeration& operator=(const Enumeration&) = delete;
  ~Enumeration();

  /// The next scenario, named enumerated-<number> from 1; nothing after the last.
  std::optional<Scenario> next();

  /// Passes over the next `count` scenarios, or all that are left, without building them: a new
  /// enumeration that skipped produced() goes on where the old one stood. Millions a second.
  void skip(std::uint64_t count);

  /// Scenarios yielded or passed over so far.
  std::uint64_t produced() const { return produced_; }

 private:
  class Walk;
  std::unique_ptr<Walk> walk_;
  std::uint64_t produced_ = 0;
};

}  // namespace pincheck::generate
