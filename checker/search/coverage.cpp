// SPDX-License-Identifier: MIT
#include "checker/search/coverage.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>

#include "model/base/embedded.hpp"
#include "model/base/reader.hpp"
#include "model/compile/files.hpp"

namespace pincheck::search {
namespace {

/// One actor of every path, caller, kind and direction, on one page of every kind of backing.
std::vector<Scenario> every_actor(const Kinds& kinds) {
  std::vector<Scenario> all;
  const auto add = [&](const Path& path, std::string_view caller, const Kind* kind, bool async,
                       Backing backing) {
    Scenario scenario;
    scenario.name = "listing";
    scenario.pages.push_back({.name = "a", .backing = backing});
    scenario.pipes = {{"p", {}}, {"q", {}}};
    if (path.does(kUsesOwnPipe)) scenario.pipes.clear();
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
        const auto& own = path.io_backings;
        add(path, caller.name, nullptr, false, own.empty() ? Backing::file : own[0]);
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

/// Compiles every actor under every convention that states it; `see` is given each system.
template <class See>
void compile_everything(const std::vector<Convention>& conventions, const Model& model,
                        Catalogue& catalogue, const See& see) {
  for (const Scenario& scenario : every_actor(model.kinds)) {
    for (const Convention& convention : conventions) {
      try {
        see(scenario, convention, compile(scenario, convention, model, catalogue));
      } catch (const NotStated&) {
        continue;  // no steps of its own: nothing to list
      }
    }
  }
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

void list_everything(const std::vector<Convention>& conventions, const Model& model,
                     Catalogue& catalogue) {
  compile_everything(conventions, model, catalogue, [](const auto&, const auto&, const auto&) {});
}

Places::Places(const std::vector<Convention>& conventions, const Model& model,
               Catalogue& catalogue) {
  const auto add = [](std::vector<std::vector<Place>>& all, std::size_t number,
                      const Place& place) {
    if (all.size() <= number) all.resize(number + 1);
    // An outcome may be in several steps of one program.
    const bool known = !all[number].empty() && all[number].back().actor == place.actor &&
                       all[number].back().convention == place.convention;
    if (!known) all[number].push_back(place);
  };
  compile_everything(
      conventions, model, catalogue,
      [&](const Scenario& scenario, const Convention& convention, const System& system) {
        const Place place{scenario.actors[0], &convention};
        const auto meeting = static_cast<std::size_t>(system.meeting[0]);
        for (const FlatOutcome& outcome : system.outcomes) {
          const auto number = static_cast<std::size_t>(outcome.coverage);
          add(outcomes_, number, place);
          pairs_.emplace(meeting, number);
        }
        add(meetings_, meeting, place);
      });
}

const std::vector<Place>& Places::of(const Target& target) const {
  static const std::vector<Place> nowhere;
  const auto& all = target.meeting ? meetings_ : outcomes_;
  return target.number < all.size() ? all[target.number] : nowhere;
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

bool names_something(const Unreachable& one, const Catalogue& catalogue) {
  return std::any_of(catalogue.entries().begin(), catalogue.entries().end(),
                     [&](const Catalogue::Entry& entry) {
                       return matches(one.step, entry.step) && matches(one.outcome, entry.outcome);
                     });
}

bool reached(const Target& target, const Visits& visits) {
  const auto& counts = target.meeting ? visits.meetings : visits.outcomes;
  return target.number < counts.size() && counts[target.number] > 0;
}

Coverage coverage(const Catalogue& catalogue, const Visits& visits) {
  const auto some = [](const std::vector<std::uint64_t>& counts) {
    return counts.size() - static_cast<std::size_t>(std::count(counts.begin(), counts.end(), 0U));
  };
  return {some(visits.outcomes) + some(visits.meetings),
          catalogue.entries().size() + catalogue.meetings().size()};
}

std::vector<Target> unreached(const Catalogue& catalogue, const Visits& visits) {
  std::vector<Target> found;
  for (std::size_t i = 0; i < catalogue.entries().size(); ++i) {
    const auto& entry = catalogue.entries()[i];
    Target target{false, i, entry.step};
    if (!entry.outcome.empty()) target.name += ": " + entry.outcome;
    if (!reached(target, visits) && !named_unreachable(entry.step, entry.outcome))
      found.push_back(std::move(target));
  }
  for (std::size_t i = 0; i < catalogue.meetings().size(); ++i) {
    const Target target{true, i, catalogue.meetings()[i]};
    if (!reached(target, visits) && !named_unreachable(target.name, "")) found.push_back(target);
  }
  return found;
}

}  // namespace pincheck::search
