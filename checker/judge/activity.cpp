// SPDX-License-Identifier: MIT
#include "checker/judge/activity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "model/machine/meaning.hpp"

namespace pincheck::judge {
namespace {

/// Notes what an outcome's effects do that others notice: changes of a page or a pipe, besides
/// locks and counts. References that an actor takes and drops are its own business until a page is
/// freed or handed on.
class Deeds : public Worldless {
 public:
  bool any = false;
  bool transfers = false;  ///< a device touches a page
  bool submits = false;
  bool refuses = false;

  void set(SomePage, PageFlag mask) {
    constexpr PageFlag kOwn = kLocked | kIsolated | kLookedAt;  // for the time it works on the page
    any = any || (mask & ~kOwn) != 0;
  }
  void clear(SomePage page, PageFlag mask) { set(page, mask); }
  /// A VMA may go of which nobody has touched the page.
  void set_pte(SomePage, int, PteFlag mask) { any = any || (mask & ~kNoVma) != 0; }
  void clear_pte(SomePage page, int mm, PteFlag mask) { set_pte(page, mm, mask); }
  void emit(SomePage, const Event& event) {
    transfers =
        transfers || event.kind == EventKind::device_read || event.kind == EventKind::device_write;
    any = any || transfers || event.structural;
  }
  void emit(const Event& event) { refuses = refuses || event.kind == EventKind::refused; }
  void push(int, SomePage, BufferOps) { any = true; }
  SomePage pop(int, bool) {
    any = true;
    return {};
  }
  SomePage dup_head(int, int) { return pop(0, true); }
  void close(int, int) { any = true; }
  void raise(int mask) { submits = submits || (mask & kSubmitted) != 0; }

  // A freed page is the next one's business.
  static bool unused(SomePage, const Counted&) { return false; }
};

using Wanted = bool Deeds::*;

Wanted wanted(Lack lack) {
  switch (lack) {
    case Lack::submission: return &Deeds::submits;
    case Lack::transfer: return &Deeds::transfers;
    case Lack::effect: return &Deeds::any;
  }
  return &Deeds::any;
}

bool has(const System& system, std::uint32_t outcome, Wanted what) {
  const FlatOutcome& flat = system.outcomes[outcome];
  Deeds deeds;
  for (int e = flat.effect_begin; e < flat.effect_end; ++e) execute(system.effects[e], deeds);
  return deeds.*what;
}

/// The outcomes of a thread: those of all its steps, one after the other.
struct Range {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

Range outcomes_of(const System& system, int thread) {
  const FlatThread& flat = system.threads[thread];
  const int steps = system.path_steps(thread);
  if (steps == 0) return {};
  const std::uint32_t last = flat.step_begin + static_cast<std::uint32_t>(steps) - 1;
  return {system.steps[flat.step_begin].outcome_begin, system.steps[last].outcome_end};
}

bool did(const System& system, const OutcomeSet& taken, int actor, Wanted what) {
  for (const int thread : {2 * actor, 2 * actor + 1}) {
    const Range range = outcomes_of(system, thread);
    for (std::uint32_t o = range.begin; o < range.end; ++o)
      if (taken[o] && has(system, o, what)) return true;
  }
  return false;
}

/// One thread's way through its program: where it went, and where it could have gone on to `what`.
class Way {
 public:
  Way(const System& system, const OutcomeSet& taken, int thread, Wanted what)
      : system_(system), taken_(taken), thread_(thread), what_(what) {
    leads_.resize(static_cast<std::size_t>(system.threads[thread].steps) + 1);
    for (bool more = true; more;) {
      more = false;
      for (int pc = 0; pc < system.path_steps(thread); ++pc)
        if (!leads_[pc] && any(pc, [&](std::uint32_t o) { return goes_on(o); }))
          leads_[pc] = more = true;
    }
  }

  /// The outcomes that it took at steps on the way, and after which there was no way any more;
  /// a step that it stood at and never took.
  std::vector<std::string> turns() const {
    std::vector<std::string> found;
    std::vector<bool> seen(leads_.size());
    std::deque<int> open{0};
    while (!open.empty()) {
      const int pc = open.front();
      open.pop_front();
      if (seen[pc] || !leads_[pc]) continue;
      seen[pc] = true;
      look(pc, open, found);
    }
    return found;
  }

 private:
  template <class Test>
  bool any(int pc, const Test& test) const {
    const FlatStep& step = system_.flat_step(thread_, pc);
    for (std::uint32_t o = step.outcome_begin; o < step.outcome_end; ++o)
      if (test(o)) return true;
    return false;
  }

  bool goes_on(std::uint32_t outcome) const {
    return has(system_, outcome, what_) || leads_[system_.outcomes[outcome].next];
  }

  void look(int pc, std::deque<int>& open, std::vector<std::string>& found) const {
    const FlatStep& flat = system_.flat_step(thread_, pc);
    const Step& step = system_.programs[thread_][pc];
    bool moved = false;
    for (std::uint32_t o = flat.outcome_begin; o < flat.outcome_end; ++o) {
      if (!taken_[o]) continue;
      moved = true;
      if (goes_on(o)) {
        open.push_back(system_.outcomes[o].next);
      } else if (!system_.outcomes[o].fault) {
        const std::string& name = step.outcomes[o - flat.outcome_begin].name;
        found.push_back(
            fmt::format("{}{}{} ({})", step.name, name.empty() ? "" : ": ", name, step.function));
      }
    }
    if (!moved) found.push_back(fmt::format("{} is never taken ({})", step.name, step.function));
  }

  const System& system_;
  const OutcomeSet& taken_;
  int thread_;
  Wanted what_;
  std::vector<bool> leads_;  ///< by step: what is wanted can follow from here on
};

/// A page as it is at the start, for people.
std::string page_text(const Scenario& scenario, int index) {
  const PageSpec& page = scenario.pages[index];
  switch (page.backing) {
    case Backing::kernel: return page.name + " is a slab object";
    case Backing::anon:
    case Backing::zero:
    case Backing::file:
      return fmt::format("{} is {} page, {}{}", page.name,
                         page.backing == Backing::anon   ? "an anonymous"
                         : page.backing == Backing::file ? "a file"
                                                         : "the zero",
                         page.mapped ? "mapped" : "not mapped", page.dirty ? ", dirty" : "");
    case Backing::pipe: break;
  }
  for (const PipeSpec& pipe : scenario.pipes)
    if (std::find(pipe.holds.begin(), pipe.holds.end(), index) != pipe.holds.end())
      return fmt::format("{} is a page in {} from the start", page.name, pipe.name);
  return page.name + " is free until somebody allocates it";
}

/// The pages that it lists and the pipes that it uses, as they are at the start.
std::string surroundings(const ActorSpec& actor, const Scenario& scenario) {
  std::string out;
  const auto add = [&](const std::string& text) { out += (out.empty() ? "" : "; ") + text; };
  for (int page = 0; page < static_cast<int>(scenario.pages.size()); ++page)
    if (std::find(actor.pages.begin(), actor.pages.end(), page) != actor.pages.end())
      add(page_text(scenario, page));
  for (const int pipe : {actor.pipe, actor.pipe2}) {
    if (pipe < 0) continue;
    const PipeSpec& ring = scenario.pipes[pipe];
    if (ring.holds.empty()) add(ring.name + " is empty at the start");
  }
  return out;
}

std::string_view complaint(Lack lack) {
  switch (lack) {
    case Lack::submission: return "submits no I/O";
    case Lack::transfer: return "submits I/O whose device touches no page";
    case Lack::effect: return "changes nothing";
  }
  return "";
}

}  // namespace

std::vector<IdleActor> idle_actors(const Scenario& scenario, const System& system,
                                   const OutcomeSet& taken) {
  std::vector<IdleActor> idle;
  for (int actor = 0; actor < system.actors; ++actor) {
    const bool has_io = !scenario.actors[actor].caller.empty();
    if (did(system, taken, actor, has_io ? &Deeds::transfers : &Deeds::any)) continue;
    IdleActor one;
    one.actor = actor;
    one.refused = did(system, taken, actor, &Deeds::refuses);
    one.lacks = !has_io                                      ? Lack::effect
                : did(system, taken, actor, &Deeds::submits) ? Lack::transfer
                                                             : Lack::submission;
    idle.push_back(std::move(one));
  }
  return idle;
}

void explain(IdleActor& idle, const Scenario& scenario, const System& system,
             const OutcomeSet& taken) {
  std::vector<std::string> turns;
  for (const int thread : {2 * idle.actor, 2 * idle.actor + 1}) {
    const auto more = Way(system, taken, thread, wanted(idle.lacks)).turns();
    turns.insert(turns.end(), more.begin(), more.end());
  }
  const ActorSpec& actor = scenario.actors[idle.actor];
  idle.why = fmt::format("{} {}", actor.name, complaint(idle.lacks));
  if (!turns.empty()) idle.why += fmt::format(": {}", fmt::join(turns, ", "));
  const std::string there = surroundings(actor, scenario);
  if (!there.empty()) idle.why += fmt::format("; {}", there);
}

std::string_view lack_name(Lack lack) {
  switch (lack) {
    case Lack::submission: return "submission";
    case Lack::transfer: return "transfer";
    case Lack::effect: return "effect";
  }
  return "";
}

}  // namespace pincheck::judge
