// SPDX-License-Identifier: MIT
// checker/export: uses properties; used by checker/command.
// What of the world a system can change: only that becomes a variable of the exported model.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "model/machine/machine.hpp"
#include "model/question/scenario.hpp"

namespace pincheck::exporting {

struct RequestFacts {
  int slots = 0;            ///< slots that may ever hold a page
  bool pages_vary = false;  ///< which page a slot holds changes
  bool count_varies = false;
  bool left_out = false;             ///< some step leaves a page out of the I/O
  bool pinned = false;               ///< ghost: pinned for this I/O
  bool stale = false;                ///< ghost: the slot's page was freed
  std::array<bool, kRoles> holds{};  ///< roles that ever have a ledger entry
  std::uint16_t flags = 0;           ///< RequestFlag bits that steps set
};

struct PipeFacts {
  std::string name;
  int capacity = 0;  ///< most buffers it can ever have
  bool locks = false;
  bool keeps = false;   ///< tmp_page is used
  bool closes = false;  ///< somebody closes an end of it
  std::set<int> ops{};  ///< BufferOps of its buffers
};

struct Facts {
  std::vector<RequestFacts> request;  ///< per actor
  std::vector<PipeFacts> pipe;
  std::vector<bool> cursor;                        ///< per thread: its slot index moves
  std::set<Do> does;                               ///< effects that occur
  std::uint16_t page_flags = 0;                    ///< PageFlag bits that any page ever has
  std::array<std::uint16_t, kMaxMms> pte_flags{};  ///< PteFlag bits, by address space
  std::set<Backing> backings{};                    ///< that a page may have
  bool backing_varies = false;                     ///< a freed page comes back with another backing
  bool pinning = false;                            ///< something is pinned or unpinned
  bool pins = false;                               ///< `_pincount`: and it is a large folio
  bool frees = false;                              ///< some step may free a page
  bool reuses = false;                             ///< some step takes a page without freeing it
  bool allocates = false;                          ///< some step takes a free page
  bool wraps = false;                              ///< counters may reach the end of their width
  int most = 0;   ///< what a counter without a width could come to, with a margin
  int reach = 0;  ///< counters stay within -reach .. reach, wrapped or not

  bool uses(Do op) const { return does.contains(op); }
};

Facts facts_of(const Scenario&, const System&);

/// Adds what the effect can change of the world, and of its actor's request. It is beside the
/// effect's text, in actions.cpp.
void see(Facts& facts, RequestFacts& own, const Effect& effect);

/// A thread may stand at the step and have to wait. Answers to different questions count as
/// independent, so "true" may be wrong, "false" never.
bool may_wait(const Facts& facts, const Step& step);

/// Calls `use(thread, effect)` for every effect of every program.
template <class Use>
void for_each_effect(const System& system, const Use& use) {
  for (int thread = 0; thread < system.thread_count(); ++thread)
    for (const Step& step : system.programs[thread])
      for (const Outcome& outcome : step.outcomes)
        for (const Effect& effect : outcome.effects) use(thread, effect);
}

}  // namespace pincheck::exporting
