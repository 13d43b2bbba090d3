// SPDX-License-Identifier: MIT
#include "checker/campaign.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <bit>
#include <map>

#include "checker/clock.hpp"
#include "checker/explore/shortest.hpp"
#include "checker/generate.hpp"
#include "model/embedded.hpp"
#include "model/files.hpp"
#include "shrinkers/scenario.hpp"

namespace pincheck {
namespace {

/// Properties a convention declares as known gaps, wherever they show.
PropertySet declared(const Convention& convention) {
  PropertySet set = 0;
  for (const Expectation& expect : convention.expect)
    if (expect.scenarios.empty()) set |= PropertySet{1} << property_index(expect.property);
  return set;
}

/// The story of the scenario without actors that take no step.
Story tell_small(const Scenario& scenario, const Convention& convention, const Model& model,
                 Catalogue& catalogue, Moves moves, int property) {
  const Scenario small = without_bystanders(scenario, moves);
  const System system = compile(small, convention, model, catalogue);
  return tell(small, system, convention.name, moves, property);
}

Story shrink_and_tell(const Scenario& scenario, const Convention& convention, const Model& model,
                      Catalogue& catalogue, const std::vector<Choice>& schedule, int property) {
  const System system = compile(scenario, convention, model, catalogue);
  Moves moves = shrink_schedule(system, moves_of(system, schedule), property);
  return tell_small(scenario, convention, model, catalogue, std::move(moves), property);
}

/// The smallest scenario that still violates the property in some of a few schedules; the one it
/// was found in, with the schedule it was found by, when those few do not show it again.
Story shrink_generated(const Scenario& scenario, const Convention& convention, const Model& model,
                       Catalogue& catalogue, int schedules, int property,
                       const std::vector<Choice>& found) {
  const auto find = [&](const Scenario& candidate) {
    const System system = compile(candidate, convention, model, catalogue);
    return search(system, {1, schedules, 0}, nullptr).violation[property].schedule;
  };
  const auto fails = [&](const Scenario& candidate) {
    try {
      return !find(candidate).empty();
    } catch (const NotStated&) {
      return false;
    }
  };
  if (!fails(scenario))
    return shrink_and_tell(scenario, convention, model, catalogue, found, property);
  const Scenario small = shrink_scenario(scenario, fails);
  return shrink_and_tell(small, convention, model, catalogue, find(small), property);
}

/// What makes two counterexamples the same: the scenario and the steps by name.
std::string identity(const Story& story) {
  std::string id = story.scenario.name;
  for (const StoryStep& step : story.steps)
    id += fmt::format("\n{} {} {}", step.actor, step.step, step.outcome);
  return id;
}

/// One actor of every path, caller, kind and direction, on one page of every kind of backing.
std::vector<Scenario> every_actor(const Kinds& kinds) {
  std::vector<Scenario> all;
  const auto add = [&](const Path& path, std::string_view caller, const Kind* kind, bool async,
                       Backing backing) {
    Scenario scenario;
    scenario.name = "listing";
    scenario.pages.push_back({"a", backing, 0, true, false, false, false});
    scenario.pipes = {{"p", {}}, {"q", {}}};
    if ((path.needs & kUsesOwnPipe) != 0) scenario.pipes.clear();
    ActorSpec actor;
    actor.name = "actor";
    actor.path = path.name;
    actor.caller = caller;
    if (kind != nullptr) actor.kind = kind->name;
    if ((path.needs & kNeedsPages) != 0 || (kind != nullptr && !kind->backings.empty()))
      actor.pages = {0};
    if ((path.needs & kNeedsPipe) != 0) actor.pipe = 0;
    if ((path.needs & kNeedsPipe2) != 0) actor.pipe2 = 1;
    actor.async = async;
    scenario.actors.push_back(actor);
    all.push_back(std::move(scenario));
  };
  for (const Path& path : paths()) {
    if ((path.needs & (kNeedsCaller | kMayHaveCaller)) != kNeedsCaller)
      add(path, "", nullptr, false, Backing::file);
    if ((path.needs & (kNeedsCaller | kMayHaveCaller)) == 0) continue;
    for (const Caller& caller : callers()) {
      if (path.dest ? !caller.reads : !caller.writes) continue;
      if ((path.needs & kNeedsKind) == 0) {
        add(path, caller.name, nullptr, false, path.dest ? Backing::pipe : Backing::file);
        continue;
      }
      for (const Kind& kind : kinds) {
        if (kind.in_ring) continue;
        const auto backings = kind.backings.empty() ? std::vector{Backing::file} : kind.backings;
        for (const Backing backing : backings)
          for (const bool async : {false, true})
            if (!async || caller.may_be_async) add(path, caller.name, &kind, async, backing);
      }
    }
  }
  return all;
}

/// Shell patterns, as in "*/gup-grab".
bool matches(const std::string& pattern, const std::string& text) {
  return fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
}

bool named_unreachable(const std::string& step, const std::string& outcome) {
  return std::any_of(unreachable().begin(), unreachable().end(), [&](const Unreachable& one) {
    return matches(one.step, step) && matches(one.outcome, outcome);
  });
}

}  // namespace

bool Campaign::as_expected() const {
  const auto good = [](const Cell& cell) { return cell.as_expected(); };
  return std::all_of(cells.begin(), cells.end(), good) && unreached.empty() &&
         std::all_of(random.surprises.begin(), random.surprises.end(),
                     [](PropertySet set) { return set == 0; });
}

void judge_all(Campaign& campaign, const std::vector<Scenario>& scenarios,
               const std::vector<Convention>& conventions, const Model& model, Catalogue& catalogue,
               const CampaignOptions& options, const Watcher& watcher) {
  const std::size_t all = scenarios.size() * conventions.size();
  for (const Scenario& scenario : scenarios) {
    for (const Convention& convention : conventions) {
      if (!watcher.progress("judging", campaign.cells.size(), all)) {
        campaign.interrupted = true;
        return;
      }
      const JudgeOptions judging{{options.seed, options.schedules, 0, options.stopped},
                                 kVerdictStates};
      Cell cell = judge(scenario, convention, model, catalogue, judging, &campaign.visits);
      if (cell.surprises() != 0) watcher.found(convention, scenario, cell.surprises());
      campaign.cells.push_back(std::move(cell));
    }
  }
}

void show_all(Campaign& campaign, const Model& model, Catalogue& catalogue) {
  std::map<std::string, std::size_t> known;
  for (const Cell& cell : campaign.cells) {
    if (cell.answer() == 0) continue;
    for (Shown& one : stories_of(cell, model, catalogue)) {
      const auto [at, fresh] = known.try_emplace(identity(one.story), campaign.shown.size());
      if (fresh) campaign.shown.push_back(one);
      Shown& shown = campaign.shown[at->second];
      shown.violated |= one.violated;
      if (shown.conventions.back() != cell.convention) shown.conventions.push_back(cell.convention);
      shown.expected = shown.expected && one.expected;
    }
  }
}

std::vector<Shown> stories_of(const Cell& cell, const Model& model, Catalogue& catalogue,
                              std::size_t max_bytes) {
  const System system = compile(*cell.scenario, *cell.convention, model, catalogue);
  ShortestOptions options;
  options.max_bytes = max_bytes;
  const Shortest least = shortest(system, cell.answer(), options);
  options.reductions = Reductions{};
  const Shortest some = shortest(system, cell.answer() & ~least.found, options);
  std::vector<Shown> stories;
  const PropertySet completes = PropertySet{1} << property_index("completes");
  if (cell.livelock.found && (cell.answer() & completes) != 0)
    stories.push_back({tell_livelock(*cell.scenario, system, cell.convention->name, cell.livelock),
                       completes,
                       {cell.convention},
                       (cell.expected & completes) != 0,
                       0,
                       true});
  for (PropertySet rest = cell.answer(); rest != 0; rest &= rest - 1) {
    const int property = std::countr_zero(rest);
    const bool proved = (least.found >> property & 1) != 0;
    const bool traced = (some.found >> property & 1) != 0;
    const auto& found = traced ? some.schedule[property] : cell.result.violation[property].schedule;
    if (!proved && found.empty()) continue;
    Moves moves = moves_of(system, proved ? least.schedule[property] : found);
    if (!proved) moves = shrink_schedule(system, std::move(moves), property);
    stories.push_back(
        {tell_small(*cell.scenario, *cell.convention, model, catalogue, std::move(moves), property),
         PropertySet{1} << property,
         {cell.convention},
         (cell.expected >> property & 1) != 0,
         proved ? 0 : static_cast<int>(found.size())});
  }
  return stories;
}

void search_randomly(Campaign& campaign, const std::vector<Convention>& conventions,
                     const Model& model, Catalogue& catalogue, const CampaignOptions& options,
                     const Watcher& watcher) {
  RandomPart& random = campaign.random;
  random.violated.assign(conventions.size(), 0);
  random.surprises.assign(conventions.size(), 0);
  random.actors.assign(kMaxActors + 1, 0);
  const double start = now_seconds();
  Rng seeds(options.seed);
  for (int i = 0; i < options.cases; ++i) {
    if (options.budget_seconds > 0 && now_seconds() - start > options.budget_seconds) return;
    if (!watcher.progress("random scenarios", static_cast<std::size_t>(i),
                          static_cast<std::size_t>(options.cases))) {
      campaign.interrupted = true;
      return;
    }
    const std::uint64_t seed = seeds.next();
    const Scenario scenario = generate_scenario(model.kinds, seed);
    ++random.scenarios;
    ++random.actors[scenario.actors.size()];
    for (std::size_t c = 0; c < conventions.size(); ++c) {
      const JudgeOptions judging{{seed, options.case_schedules, 0, options.stopped}, 0};
      const Cell cell =
          judge(scenario, conventions[c], model, catalogue, judging, &campaign.visits);
      random.not_stated += cell.verdict == Verdict::not_stated ? 1 : 0;
      random.schedules += cell.result.schedules;
      random.steps += cell.result.steps;
      random.faults += cell.result.faults;
      random.switches += cell.result.switches;
      random.longest = std::max(random.longest, cell.result.longest);
      random.violated[c] |= cell.result.violated;
      const PropertySet fresh =
          cell.result.violated & ~declared(conventions[c]) & ~random.surprises[c];
      if (fresh == 0) continue;
      random.surprises[c] |= fresh;
      watcher.found(conventions[c], scenario, fresh);
      for (PropertySet rest = fresh; rest != 0; rest &= rest - 1) {
        const int property = std::countr_zero(rest);
        const auto& found = cell.result.violation[property].schedule;
        campaign.shown.push_back({shrink_generated(scenario, conventions[c], model, catalogue,
                                                   options.shrink_schedules, property, found),
                                  PropertySet{1} << property,
                                  {&conventions[c]},
                                  false,
                                  static_cast<int>(found.size())});
      }
    }
  }
}

void list_everything(const std::vector<Convention>& conventions, const Model& model,
                     Catalogue& catalogue) {
  for (const Scenario& scenario : every_actor(model.kinds)) {
    for (const Convention& convention : conventions) {
      try {
        compile(scenario, convention, model, catalogue);
      } catch (const NotStated&) {
        continue;  // no steps of its own: nothing to list
      }
    }
  }
}

const std::vector<Unreachable>& unreachable() {
  static const auto all = [] {
    std::vector<Unreachable> found;
    for (const EmbeddedFile& file : embedded_files()) {
      if (file.path != "corpus/unreachable.toml") continue;
      const std::string name(file.path);
      const toml::table table = parse_toml(file.text, name);
      Reader reader(table, name, "unreachable");
      for (Reader& one : reader.tables("unreachable")) {
        found.push_back({one.text("step"), one.text("outcome"), one.text("reason")});
        one.finish();
      }
      reader.finish();
    }
    return found;
  }();
  return all;
}

std::vector<std::string> unreached(const Catalogue& catalogue, const Visits& visits) {
  std::vector<std::string> found;
  const auto visited = [](const std::vector<std::uint64_t>& counts, std::size_t i) {
    return i < counts.size() && counts[i] > 0;
  };
  for (std::size_t i = 0; i < catalogue.entries().size(); ++i) {
    const auto& entry = catalogue.entries()[i];
    if (visited(visits.outcomes, i) || named_unreachable(entry.step, entry.outcome)) continue;
    found.push_back(entry.outcome.empty() ? entry.step
                                          : fmt::format("{}: {}", entry.step, entry.outcome));
  }
  for (std::size_t i = 0; i < catalogue.meetings().size(); ++i)
    if (!visited(visits.meetings, i) && !named_unreachable(catalogue.meetings()[i], ""))
      found.push_back(catalogue.meetings()[i]);
  return found;
}

}  // namespace pincheck
