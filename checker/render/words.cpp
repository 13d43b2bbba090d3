// SPDX-License-Identifier: MIT
#include "checker/render/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>

namespace pincheck {
namespace {

struct BitName {
  std::uint16_t bit;
  std::string_view set;
  std::string_view cleared;
};

constexpr std::array<BitName, 10> kBitNames{{
    {kFree, "FREED", "allocated"},
    {kLocked, "locked", "unlocked"},
    {kDirty, "dirty", "clean"},
    {kWriteback, "writeback", "writeback ended"},
    {kPrivate, "buffers", "buffers stripped"},
    {kCached, "cached", "out of the cache"},
    {kMapped, "mapped", "unmapped"},
    {kPteWritable, "PTE writable", "PTE read-only"},
    {kIsolated, "isolated", "back on the LRU"},
    {kUnsaved, "unsaved data", "data on its way"},
}};

using Words = std::vector<std::string>;

std::string joined(const Words& words) { return fmt::format("{}", fmt::join(words, ", ")); }

std::string_view held_name(Held held) { return held == Held::pin ? "pin" : "get"; }
std::string_view release_name(Held held) { return held == Held::pin ? "unpin" : "put"; }

/// Whose a reference is: "ring", "read", "read, request". What extraction took needs no word.
std::string owner(const Scenario& scenario, const Reference& reference) {
  static constexpr std::array<std::string_view, kRoles> kRoleNames{"", ", request", ", cur_page",
                                                                   ", creator"};
  if (reference.kind != Reference::Kind::request) return pipe_name(scenario, reference.owner);
  return fmt::format("{}{}", scenario.actors[reference.owner].name,
                     kRoleNames[static_cast<int>(reference.role)]);
}

std::string holder(const Scenario& scenario, const Reference& reference) {
  switch (reference.kind) {
    case Reference::Kind::cache:
      return scenario.pages[reference.page].backing == Backing::kernel ? "slab" : "page cache";
    case Reference::Kind::kernel: return "kernel";
    case Reference::Kind::pte: return "PTE";
    case Reference::Kind::buffers: return "buffers";
    case Reference::Kind::ring: return fmt::format("buffer ({})", owner(scenario, reference));
    case Reference::Kind::tmp_page: return fmt::format("tmp_page ({})", owner(scenario, reference));
    case Reference::Kind::request: break;
  }
  return fmt::format("{} ({})", held_name(reference.held), owner(scenario, reference));
}

/// "put (read)", "unpin of a get (read)", "put of nothing (read)".
std::string release(const Scenario& scenario, const Event& event) {
  const std::string wrong = event.held == event.as ? ""
                            : event.held == Held::none
                                ? " of nothing"
                                : fmt::format(" of a {}", held_name(event.held));
  const Reference dropped{
      Reference::Kind::request, event.page, event.actor, event.slot, event.role, event.held};
  return fmt::format("{}{} ({})", release_name(event.as), wrong, owner(scenario, dropped));
}

/// The references in `all` that are not in `others`, without those that a page flag stands for.
std::vector<Reference> missing(std::vector<Reference> all, std::vector<Reference> others) {
  // By holder: where in the ring or the request it is makes no other reference of it.
  const auto before = [](const Reference& a, const Reference& b) {
    return std::tie(a.kind, a.owner, a.role, a.held) < std::tie(b.kind, b.owner, b.role, b.held);
  };
  std::sort(all.begin(), all.end(), before);
  std::sort(others.begin(), others.end(), before);
  std::vector<Reference> found;
  std::set_difference(all.begin(), all.end(), others.begin(), others.end(),
                      std::back_inserter(found), before);
  std::erase_if(found, [](const Reference& one) { return one.kind < Reference::Kind::ring; });
  return found;
}

Words reference_words(const Scenario& scenario, const StoryStep& step, int page) {
  Words words;
  for (const Event& event : step.events)
    if (event.kind == EventKind::released && event.page == page && !event.structural)
      words.push_back(release(scenario, event));
  const auto before = references_to(step.before, page);
  const auto after = references_to(step.after, page);
  const auto lost = missing(before, after);
  const auto gained = missing(after, before);
  if (words.empty() && lost.size() == 1 && gained.size() == 1)
    return {holder(scenario, lost[0]) + " -> " + holder(scenario, gained[0])};
  for (const Reference& one : lost)
    if (one.kind != Reference::Kind::request)
      words.push_back(fmt::format("put ({})", owner(scenario, one)));
  for (const Reference& one : gained)
    words.push_back(fmt::format("{} ({})", held_name(one.held), owner(scenario, one)));
  return words;
}

Words flag_words(const Page& before, const Page& after) {
  // A freed page has no flags any more; that they go is no news.
  if (after.has(kFree) && !before.has(kFree)) return {"FREED"};
  // Of a slab page the flag says that the object is still its owner's.
  if (after.backing == Backing::kernel && before.has(kCached) && !after.has(kCached))
    return {"object freed"};
  Words words;
  for (const BitName& name : kBitNames)
    if (before.has(name.bit) != after.has(name.bit))
      words.emplace_back(after.has(name.bit) ? name.set : name.cleared);
  return words;
}

}  // namespace

std::string count_words(const Story& story, const World& world, int page) {
  const Page& p = world.page[page];
  return story.scenario.pages[page].order > 0 ? fmt::format("{}/{}", p.ref, p.pins)
                                              : fmt::format("{}", p.ref);
}

std::string pipe_name(const Scenario& scenario, int pipe) {
  const int own = pipe - static_cast<int>(scenario.pipes.size());
  if (own < 0) return scenario.pipes[pipe].name;
  return own == 0 ? "splice_pipe" : fmt::format("splice_pipe{}", own + 1);
}

std::string held_words(const Scenario& scenario, const World& world, int page) {
  Words words;
  for (const Reference& one : references_to(world, page)) words.push_back(holder(scenario, one));
  const bool free = world.page[page].has(kFree);
  if (words.empty()) return free ? "free" : "held by nobody";
  return (free ? "free, yet held by " : "held by ") + joined(words);
}

std::vector<std::string> change_words(const Scenario& scenario, const StoryStep& step, int page) {
  Words words = reference_words(scenario, step, page);
  const Words flags = flag_words(step.before.page[page], step.after.page[page]);
  words.insert(words.end(), flags.begin(), flags.end());
  return words;
}

std::string step_words(const StoryStep& step) {
  const std::string name = step.step.substr(step.step.find('/') + 1);
  return step.outcome.empty() ? name : fmt::format("{}: {}", name, step.outcome);
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  Words words;
  while (!text.empty()) {
    words.emplace_back(text.substr(0, text.find(' ')));
    text.remove_prefix(std::min(text.size(), words.back().size() + 1));
  }
  return packed(words, width);
}

std::vector<std::string> packed(const std::vector<std::string>& parts, std::size_t width) {
  Words lines{""};
  for (const std::string& part : parts) {
    if (part.size() > width && part.find(' ') != std::string::npos) {
      const Words more = wrapped(part, width);
      if (lines.back().empty()) lines.pop_back();
      lines.insert(lines.end(), more.begin(), more.end());
      continue;
    }
    if (!lines.back().empty() && lines.back().size() + 1 + part.size() > width)
      lines.emplace_back();
    lines.back() += (lines.back().empty() ? "" : " ") + part;
  }
  return lines;
}

}  // namespace pincheck
