// SPDX-License-Identifier: MIT
// model/paths: uses model/callers; used by model/compile.
// Which process an actor is a task of, and what its exit gives back: the mapping of its memory and
// its ends of pipes. Kernel threads (reclaim, the flusher) have neither.
//
// One PTE a page is modelled, so actors that map a page share an address space. Each process has
// the ends of pipes that its actors use; an end that no actor uses is held by those that use the
// other one, as after pipe(2).
#pragma once

#include <vector>

#include "model/iterators/kind.hpp"
#include "model/question/scenario.hpp"

namespace pincheck {

/// What a task gives back when its process exits.
struct Task {
  int process = -1;     ///< number of its process, where that has other actors; else -1
  bool shares = false;  ///< its exit is not its own business: other actors share process or pipe
  bool maps = false;    ///< its pages are user memory
  struct Open {
    int pipe;
    int ends;  ///< PipeEnd bits
  };
  std::vector<Open> opens;

  bool exits() const { return process >= 0 || maps || !opens.empty(); }
};

/// One for each actor.
std::vector<Task> tasks_of(const Scenario&, const Kinds&);

/// Tells which actors of different processes map the same page, "" where none do: there is no fork
/// and one PTE a page.
std::string shared_mapping(const Scenario&, const Kinds&);

}  // namespace pincheck
