// SPDX-License-Identifier: MIT
#include "checker/story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace pincheck {
namespace {

struct BitName {
  std::uint16_t bit;
  std::string_view set;
  std::string_view cleared;
};

constexpr std::array<BitName, 11> kBitNames{{
    {kFree, "FREED", "allocated"},
    {kLocked, "locked", "unlocked"},
    {kDirty, "dirty", "clean"},
    {kWriteback, "writeback", "writeback ended"},
    {kPrivate, "buffers", "buffers stripped"},
    {kCached, "cached", "out of the cache"},
    {kMapped, "mapped", "unmapped"},
    {kPteWritable, "PTE writable", "PTE read-only"},
    {kIsolated, "isolated", "back on the LRU"},
    {kUnsaved, "device data", "data on its way"},
    {kLookedAt, "", ""},
}};

std::string change_of(const Page& before, const Page& after) {
  std::string out;
  const auto add = [&](std::string_view text) {
    if (!text.empty()) out += (out.empty() ? "" : " ") + std::string(text);
  };
  if (before.ref != after.ref) add(fmt::format("{} -> {}", before.ref, after.ref));
  if (before.pins != after.pins) add(fmt::format("_pincount {} -> {}", before.pins, after.pins));
  if (after.has(kFree) && !before.has(kFree)) return out + " FREED";
  for (const BitName& name : kBitNames) {
    if (before.has(name.bit) == after.has(name.bit)) continue;
    add(after.has(name.bit) ? name.set : name.cleared);
  }
  return out;
}

/// What taking the choice tells its observer.
std::vector<Event> events_of(const System& system, World world, Choice choice) {
  std::vector<Event> events;
  const auto keep = [](void* all, const System&, const World&, const Event& event) {
    static_cast<std::vector<Event>*>(all)->push_back(event);
  };
  apply(system, world, choice, {keep, &events});
  return events;
}

std::string what(const StoryStep& step) {
  const std::string name = step.step.substr(step.step.find('/') + 1);
  return step.outcome.empty() ? name : fmt::format("{}: {}", name, step.outcome);
}

}  // namespace

Story tell(const Scenario& scenario, const System& system, const std::string& convention,
           const Moves& moves, int property) {
  Story story{scenario, convention, property, {}, false, {}, {}};
  const PropertySet bit = PropertySet{1} << property;
  Run run(system);
  run.watch(property);
  for (const Move& move : moves) {
    const auto choice = choice_for(system, run, move);
    if (!choice) continue;
    const Step& step = system.step_of(run.world(), move.thread);
    const Outcome& outcome = step.outcomes[choice->outcome];
    StoryStep told{thread_name(scenario, move.thread),
                   step.function,
                   step.name,
                   outcome.name,
                   outcome.fault,
                   run.world(),
                   {},
                   events_of(system, run.world(), *choice)};
    const PropertySet found = run.take(*choice);
    told.after = run.world();
    story.steps.push_back(std::move(told));
    if ((found & bit) != 0) break;
  }
  if ((run.violated() & bit) == 0) {
    story.at_end = true;
    run.finish();
  }
  if ((run.violated() & bit) == 0) return story;
  story.event = run.watched_event();
  story.sentence =
      properties()[property].explain({scenario, system, run.watched_world(), story.event});
  return story;
}

Story tell_livelock(const Scenario& scenario, const System& system, const std::string& convention,
                    const Livelock& lock) {
  std::vector<Choice> schedule = lock.prefix;
  schedule.insert(schedule.end(), lock.cycle.begin(), lock.cycle.end());
  const int completes = property_index("completes");
  Story story = tell(scenario, system, convention, moves_of(system, schedule), completes);
  story.at_end = false;
  story.sentence = fmt::format(
      "steps {} to {} can repeat for ever; after step {} no schedule without faults comes to an "
      "end",
      lock.prefix.size() + 1, schedule.size(), lock.doomed);
  return story;
}

std::string page_changes(const Story& story, const StoryStep& step) {
  std::string out;
  for (std::size_t page = 0; page < story.scenario.pages.size(); ++page) {
    const std::string change = change_of(step.before.page[page], step.after.page[page]);
    if (!change.empty())
      out +=
          fmt::format("{}{}: {}", out.empty() ? "" : ", ", story.scenario.pages[page].name, change);
  }
  return out;
}

std::string story_text(const Story& story) {
  std::size_t actor_width = 0;
  std::size_t function_width = 0;
  std::size_t what_width = 0;
  for (const StoryStep& step : story.steps) {
    actor_width = std::max(actor_width, step.actor.size());
    function_width = std::max(function_width, step.function.size());
    what_width = std::max(what_width, what(step).size());
  }
  std::string out;
  int number = 0;
  for (const StoryStep& step : story.steps) {
    std::string line = fmt::format("  {:>2}  {:<{}}  {:<{}}  {:<{}}  {}", ++number, step.actor,
                                   actor_width, step.function, function_width, what(step),
                                   what_width, page_changes(story, step));
    while (line.ends_with(' ')) line.pop_back();
    out += line + "\n";
  }
  if (story.at_end) out += "      and when everybody has finished:\n";
  return out + fmt::format("  =>  {}\n", story.sentence);
}

}  // namespace pincheck
