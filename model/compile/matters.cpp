// SPDX-License-Identifier: MIT
#include "model/compile/matters.hpp"

#include <algorithm>

#include "model/compile/compile.hpp"
#include "model/compile/convention_rules.hpp"
#include "model/paths/path.hpp"

namespace pincheck {
namespace {

bool names_pipe(const ActorSpec& actor, int pipe) {
  return actor.pipe == pipe || actor.pipe2 == pipe;
}

template <class Does>
bool someone(const Scenario& s, const Does& does) {
  return std::any_of(s.actors.begin(), s.actors.end(), does);
}

bool is_named(const Scenario& s, int pipe) {
  return someone(s, [&](const ActorSpec& actor) { return names_pipe(actor, pipe); });
}

/// Some actor gets at the page: it lists it, or names a pipe that holds it.
bool is_reached(const Scenario& s, int page) {
  const auto listed = [&](const ActorSpec& actor) { return lists(actor.pages, page); };
  if (someone(s, listed)) return true;
  for (std::size_t i = 0; i < s.pipes.size(); ++i)
    if (lists(s.pipes[i].holds, page) && is_named(s, static_cast<int>(i))) return true;
  return false;
}

bool fills(const ActorSpec& actor, int pipe) {
  return actor.pipe2 == pipe || (actor.pipe == pipe && does(actor, kWritesPipe));
}

/// Everybody pins whatever can be pinned, and every switch is on: all checks there are.
Convention everything(const Kinds& kinds, SpliceRead read) {
  Convention all;
  all.writeback_skips_pinned = true;
  all.sendpage_ok = true;
  all.splice_read = read;
  for (const Caller& caller : callers())
    for (const Kind& kind : kinds) {
      Row row;
      row.extract = Take::pin;
      row.release = row.request_release = Drop::as_acquired;
      RowEntry entry{std::string(caller.name), std::string(kind.name), {}, row};
      entry.row.request = Take::pin;
      if (row_problem(entry.row, caller, kind, {})) entry.row.request = Take::none;
      all.rows.push_back(std::move(entry));
    }
  return all;
}

/// What the creator of the actor's kernel iterator holds.
Holds creator_holds(const ActorSpec& actor, const Kind& kind) {
  if (actor.holds != Holds::by_kind) return actor.holds;
  return find_path(actor.path)->dest ? kind.creator_dest : kind.creator_source;
}

}  // namespace

bool lists(const std::vector<int>& pages, int page) {
  return std::find(pages.begin(), pages.end(), page) != pages.end();
}

bool page_matters(const Scenario& s, int page) {
  if (is_reached(s, page)) return true;
  const auto held = [&](const PipeSpec& pipe) { return lists(pipe.holds, page); };
  return s.pages[page].backing == Backing::pipe &&
         std::none_of(s.pipes.begin(), s.pipes.end(), held) &&
         someone(s, [&](const ActorSpec& actor) { return allocates(actor, s.pages); });
}

bool pipe_matters(const Scenario& s, int pipe) {
  const auto& holds = s.pipes[pipe].holds;
  return is_named(s, pipe) ||
         (!holds.empty() &&
          std::all_of(holds.begin(), holds.end(), [&](int page) { return is_reached(s, page); }));
}

bool is_starved(const Scenario& s) {
  return someone(s, [&](const ActorSpec& taker) {
    return taker.pipe >= 0 && !fills(taker, taker.pipe) && s.pipes[taker.pipe].holds.empty() &&
           !someone(s, [&](const ActorSpec& actor) { return fills(actor, taker.pipe); });
  });
}

bool dirty_matters(const Scenario& s, int page) {
  return someone(
      s, [&](const ActorSpec& actor) { return lists(actor.pages, page) && looks_at_dirty(actor); });
}

bool stable_matters(const Scenario& s, int page, const Kinds& kinds) {
  const auto on_page = [&](bool (*does)(const ActorSpec&, const Kinds&)) {
    return someone(
        s, [&](const ActorSpec& actor) { return lists(actor.pages, page) && does(actor, kinds); });
  };
  return on_page(faults_for_write) && on_page(writes_back);
}

bool bias_matters(const Scenario& s) {
  return someone(s, [](const ActorSpec& actor) {
    return !actor.caller.empty() || actor.holds == Holds::pin || does(actor, kAsksForPins);
  });
}

bool has_reclaim(const Scenario& s) {
  return someone(s, [](const ActorSpec& actor) { return does(actor, kReclaims); });
}

bool check_matters(const Scenario& s, const std::string& check, const Kinds& kinds) {
  Scenario with = s;
  with.without.erase(check);
  for (const SpliceRead read : {SpliceRead::iter_pipe, SpliceRead::copy}) {
    Model model;
    model.kinds = kinds;
    model.baseline = everything(kinds, read);
    Catalogue catalogue;
    const auto programs = [&](const Scenario& one) {
      return compile(one, model.baseline, model, catalogue).programs;
    };
    if (programs(with) != programs(s)) return true;
  }
  return false;
}

bool all_kernel_objects(const Scenario& s, const ActorSpec& actor) {
  return std::all_of(actor.pages.begin(), actor.pages.end(),
                     [&](int page) { return s.pages[page].backing == Backing::kernel; });
}

bool lets_go(const Scenario& s, const ActorSpec& actor, const Kind& kind) {
  return creator_holds(actor, kind) != Holds::none ||
         std::any_of(actor.pages.begin(), actor.pages.end(),
                     [&](int page) { return s.pages[page].backing == Backing::kernel; });
}

bool looks_at_dirty(const ActorSpec& actor) { return does(actor, kLooksAtDirty); }

bool faults_for_write(const ActorSpec& actor, const Kinds& kinds) {
  const Path& path = *find_path(actor.path);
  const Kind* kind = find_kind(kinds, actor.kind);
  return path.does(kStores) || (path.dest && kind != nullptr && kind->user_backed);
}

bool writes_back(const ActorSpec& actor, const Kinds& kinds) {
  const Kind* kind = find_kind(kinds, actor.kind);
  return does(actor, kWritesBack) ||
         (kind != nullptr && creator_holds(actor, *kind) == Holds::writeback);
}

bool allocates(const ActorSpec& actor, const std::vector<PageSpec>& pages) {
  return does(actor, kAllocates) ||
         std::any_of(actor.pages.begin(), actor.pages.end(),
                     [&](int page) { return pages[page].backing == Backing::pipe; });
}

}  // namespace pincheck
