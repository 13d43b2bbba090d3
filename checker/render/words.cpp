// SPDX-License-Identifier: MIT
#include "checker/render/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/language/flag_names.hpp"

namespace pincheck::render {
namespace {

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

/// What a step did to one reference: it came, went or changed hands.
struct Change {
  Reference from;
  Reference to;
};

/// The step's changes of the page's references, without those that came and went in it.
std::vector<Change> changes(const story::StoryStep& step, int page) {
  constexpr auto kNobody = Reference::Kind::nobody;
  std::vector<Change> all;
  for (const Event& event : step.events) {
    if (event.page != page || (event.from.kind == kNobody && event.to.kind == kNobody)) continue;
    const auto handed_on = std::find_if(all.begin(), all.end(), [&](const Change& one) {
      return event.from.kind != kNobody && one.to == event.from;
    });
    if (handed_on == all.end())
      all.push_back({event.from, event.to});
    else
      handed_on->to = event.to;
  }
  std::erase_if(all, [](const Change& one) { return one.from == one.to; });
  return all;
}

/// "get (read)", "put (p)", "get (read) -> buffer (p)". Nothing for what a page flag stands for,
/// and for what a request releases: see release().
std::string change(const Scenario& scenario, const Change& one) {
  const bool came = one.to.kind != Reference::Kind::nobody;
  const bool went = one.from.kind != Reference::Kind::nobody;
  if (one.from.is_state() || one.to.is_state()) return "";
  if (came && went)
    return holder_words(scenario, one.from) + " -> " + holder_words(scenario, one.to);
  if (came) return fmt::format("{} ({})", held_name(one.to.held), owner(scenario, one.to));
  if (one.from.kind == Reference::Kind::request) return "";
  return fmt::format("put ({})", owner(scenario, one.from));
}

Words reference_words(const Scenario& scenario, const story::StoryStep& step, int page) {
  Words words;
  for (const Event& event : step.events)
    if (event.kind == EventKind::released && event.page == page && !event.structural)
      words.push_back(release(scenario, event));
  for (const Change& one : changes(step, page))
    if (const std::string text = change(scenario, one); !text.empty()) words.push_back(text);
  return words;
}

bool in_any_mm(const World& world, int page, std::uint16_t bit) {
  return std::any_of(world.pte.begin(), world.pte.end(),
                     [&](const auto& mm) { return (mm[page].flags & bit) != 0; });
}

Words flag_words(const World& world_before, const World& world_after, int page) {
  const Page& before = world_before.page[page];
  const Page& after = world_after.page[page];
  // A freed page has no flags any more; that they go is no news.
  if (after.has(kFree) && !before.has(kFree)) return {"FREED"};
  // Of a slab page the flag says that the object is still its owner's.
  if (after.backing == Backing::kernel && before.has(kCached) && !after.has(kCached))
    return {"object freed"};
  Words words;
  const auto add = [&](const FlagName& name, bool was, bool is) {
    if (was != is && !name.set.empty()) words.emplace_back(is ? name.set : name.cleared);
  };
  for (const FlagName& name : kPageFlagNames)
    add(name, (before.flags & name.bit) != 0, (after.flags & name.bit) != 0);
  for (const FlagName& name : kPteFlagNames)
    add(name, in_any_mm(world_before, page, name.bit), in_any_mm(world_after, page, name.bit));
  return words;
}

}  // namespace

std::string count_words(const story::Story& story, const World& world, int page) {
  const Page& p = world.page[page];
  return story.scenario.pages[page].order > 0 ? fmt::format("{}/{}", p.ref, p.pins)
                                              : fmt::format("{}", p.ref);
}

std::string pipe_name(const Scenario& scenario, int pipe) {
  const int own = pipe - static_cast<int>(scenario.pipes.size());
  if (own < 0) return scenario.pipes[pipe].name;
  return own == 0 ? "splice_pipe" : fmt::format("splice_pipe{}", own + 1);
}

std::string holder_words(const Scenario& scenario, const Reference& reference) {
  switch (reference.kind) {
    case Reference::Kind::cache:
      return scenario.pages[reference.page].backing == Backing::kernel ? "slab" : "page cache";
    case Reference::Kind::kernel: return "kernel";
    case Reference::Kind::pte: return "PTE";
    case Reference::Kind::buffers: return "buffers";
    case Reference::Kind::ring: return fmt::format("buffer ({})", owner(scenario, reference));
    case Reference::Kind::tmp_page: return fmt::format("tmp_page ({})", owner(scenario, reference));
    case Reference::Kind::request:
    case Reference::Kind::nobody: break;
  }
  return fmt::format("{} ({})", held_name(reference.held), owner(scenario, reference));
}

std::vector<std::string_view> flags_set(const World& world, int page) {
  std::vector<std::string_view> set;
  for (const FlagName& name : kPageFlagNames)
    if ((world.page[page].flags & name.bit) != 0) set.push_back(name.variable);
  for (const FlagName& name : kPteFlagNames)
    if (in_any_mm(world, page, name.bit)) set.push_back(name.variable);
  return set;
}

std::string held_words(const Scenario& scenario, const World& world, int page) {
  Words words;
  for (const Reference& one : references_to(world, page))
    words.push_back(holder_words(scenario, one));
  const bool free = world.page[page].has(kFree);
  if (words.empty()) return free ? "free" : "held by nobody";
  return (free ? "free, yet held by " : "held by ") + joined(words);
}

std::vector<std::string> change_words(const Scenario& scenario, const story::StoryStep& step,
                                      int page) {
  Words words = reference_words(scenario, step, page);
  const Words flags = flag_words(step.before, step.after, page);
  words.insert(words.end(), flags.begin(), flags.end());
  return words;
}

std::string step_words(const story::StoryStep& step) {
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

namespace {

/// Characters of the escape sequence that the text begins with; 0 where it begins with none.
std::size_t escape_size(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  return std::min(text.find('m'), text.size() - 1) + 1;
}

/// Where what does not fit goes on: the column behind two blanks, in the left half.
std::size_t hang_of(std::string_view line, std::size_t width) {
  const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
  std::size_t hang = indent + 2;
  for (std::size_t at = indent + 2; at < std::min(line.size(), width / 2); ++at)
    if (line[at] != ' ' && line[at - 1] == ' ' && line[at - 2] == ' ') hang = at;
  return hang < width / 2 ? hang : 0;
}

std::string fitted_line(std::string_view line, std::size_t width) {
  const std::string hang(hang_of(line, width), ' ');
  std::string out;
  std::size_t columns = 0;
  std::size_t blank = 0;   // the last one in `out` where it may be broken
  std::size_t behind = 0;  // columns when it came
  for (std::size_t at = 0; at < line.size();) {
    if (const std::size_t escape = escape_size(line.substr(at))) {
      out += line.substr(at, escape);
      at += escape;
      continue;
    }
    if (line[at] == ' ' && columns > hang.size()) {
      blank = out.size();
      behind = columns;
    }
    out += line[at++];
    if (++columns <= width || blank == 0) continue;
    out.replace(blank, 1, "\n" + hang);
    columns += hang.size() - behind - 1;
    blank = 0;
  }
  return out;
}

}  // namespace

std::string fitted(std::string_view text, std::size_t width) {
  std::string out;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    const bool command =
        line.substr(std::min(line.find_first_not_of(' '), line.size())).starts_with("pincheck ");
    out += command ? std::string(line) : fitted_line(line, width);
    if (line.size() < text.size()) out += '\n';
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return out;
}

std::string hanging(std::string_view text, std::size_t width, std::size_t indent,
                    std::size_t hang) {
  std::string out;
  for (const std::string& line : wrapped(text, width - std::min(width, indent + hang)))
    out += fmt::format("{:{}}{}\n", "", out.empty() ? indent : indent + hang, line);
  return out;
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

}  // namespace pincheck::render
