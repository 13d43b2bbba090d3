// SPDX-License-Identifier: MIT
// model/compile: uses model/machine, model/paths; used by checker/search, checker/generate.
// Which parts of a scenario somebody can notice.
#pragma once

#include <string>
#include <vector>

#include "model/iterators/kind.hpp"
#include "model/question/scenario.hpp"

namespace pincheck {

bool lists(const std::vector<int>& pages, int page);
/// Someone can notice that the page is there. A free one is noticed by who allocates.
bool page_matters(const Scenario& s, int page);
/// A pipe that nobody names is noticed only by its references to pages that somebody reaches.
bool pipe_matters(const Scenario& s, int pipe);
/// Somebody takes from a pipe that stays empty: what it lacks is for the verdict to say.
bool is_starved(const Scenario& s);
bool dirty_matters(const Scenario& s, int page);
bool stable_matters(const Scenario& s, int page, const Kinds& kinds);
bool bias_matters(const Scenario& s);
bool has_reclaim(const Scenario& s);
/// Taking the check out changes some program of these actors.
bool check_matters(const Scenario& s, const std::string& check, const Kinds& kinds);
bool all_kernel_objects(const Scenario& s, const ActorSpec& actor);
/// The creator has something that it could let go early.
bool lets_go(const Scenario& s, const ActorSpec& actor, const Kind& kind);

/// What an actor does with the pages it lists that makes some flag of theirs matter.
bool looks_at_dirty(const ActorSpec&);                  ///< asks whether they are, or writes them
bool faults_for_write(const ActorSpec&, const Kinds&);  ///< page_mkwrite, which waits if stable
bool writes_back(const ActorSpec&, const Kinds&);       ///< sets PG_writeback

/// True when the actor takes pages from the allocator: a listed page of backing pipe is one that
/// the actor, or the creator of its iterator, allocates.
bool allocates(const ActorSpec&, const std::vector<PageSpec>&);

}  // namespace pincheck
