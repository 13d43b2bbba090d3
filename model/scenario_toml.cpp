// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "model/files.hpp"
#include "model/paths/path.hpp"
#include "model/well_formed.hpp"

namespace pincheck {
namespace {

const Words<Backing> kBacking{{"anon", Backing::anon},
                              {"file", Backing::file},
                              {"pipe", Backing::pipe},
                              {"kernel", Backing::kernel},
                              {"zero", Backing::zero}};
const Words<Holds> kHolds{{"by-kind", Holds::by_kind}, {"none", Holds::none},
                          {"get", Holds::get},         {"pin", Holds::pin},
                          {"lock", Holds::lock},       {"writeback", Holds::writeback}};
const Words<Until> kUntil{{"completion", Until::completion}, {"submit", Until::submit}};

template <class Named>
int index_of(const std::vector<Named>& all, const std::string& name) {
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].name == name) return static_cast<int>(i);
  return -1;
}

template <class Named>
int lookup(Reader& reader, std::string_view key, const std::vector<Named>& all,
           const std::string& name, std::string_view what) {
  const int index = index_of(all, name);
  if (index < 0)
    reader.fail(key, fmt::format("no {0} is named '{1}', expected a [[{0}]] above", what, name));
  return index;
}

template <class Named>
void reject_twice(Reader& reader, const std::vector<Named>& all, const std::string& name) {
  if (index_of(all, name) >= 0)
    reader.fail("name", fmt::format("'{}' is named twice, expected another name", name));
}

PageSpec read_page(Reader& reader) {
  PageSpec page;
  page.name = reader.name();
  if (!reader.has("backing"))
    reader.fail("backing", "expected backing = anon, file, pipe, kernel or zero");
  page.backing = reader.word_or("backing", Backing::file, kBacking);
  page.order = static_cast<int>(reader.integer_or("order", 0, 0, 3));
  const bool file = page.backing == Backing::file;
  page.mapped = reader.boolean_or("mapped", true);
  page.dirty = reader.boolean_or("dirty", false);
  page.buffers = reader.boolean_or("buffers", false);
  page.stable = reader.boolean_or("stable", false);
  if (!file)
    for (const char* key : {"order", "dirty", "buffers", "stable"})
      if (reader.has(key))
        reader.fail(key, fmt::format("'{}' is for file pages, expected none here", key));
  if (!file && reader.has("mapped"))
    reader.fail("mapped", "only file pages can be unmapped at the start, expected no 'mapped'");
  reader.finish();
  return page;
}

/// Keys that the path or kind takes no value of, not even the usual one.
void reject_idle_keys(Reader& reader, const ActorSpec& actor, const Path& path,
                      const Kinds& kinds) {
  if (reader.has("gift"))
    reader.fail("gift",
                "no step looks at it, as nothing in the model steals a page from a pipe "
                "(pipe_buf_try_steal), expected none");
  for (const char* key : {"holds", "until", "async"})
    if (reader.has(key) && (path.needs & kNeedsKind) == 0)
      reader.fail(key, fmt::format("path '{}' takes no '{}', expected none", actor.path, key));
  const Kind* kind = actor.kind.empty() ? nullptr : find_kind(kinds, actor.kind);
  for (const char* key : {"holds", "until"})
    if (reader.has(key) && kind != nullptr && kind->user_backed)
      reader.fail(key,
                  fmt::format("kind '{}' has no creator that holds its pages, expected no '{}'",
                              actor.kind, key));
}

ActorSpec read_actor(Reader& reader, const Scenario& scenario, const Kinds& kinds) {
  ActorSpec actor;
  actor.path = reader.text("path");
  actor.name = reader.has("name") ? reader.name()
                                  : fmt::format("{}-{}", actor.path, scenario.actors.size() + 1);
  reject_twice(reader, scenario.actors, actor.name);
  const Path* path = find_path(actor.path);
  if (path == nullptr) {
    std::string names;
    for (const Path& one : paths()) names += (names.empty() ? "" : ", ") + std::string(one.name);
    reader.fail("path", fmt::format("unknown path '{}', expected one of: {}", actor.path, names));
  }
  actor.caller = reader.text_or("caller", "");
  if (!actor.caller.empty() && find_caller(actor.caller) == nullptr) {
    std::string names;
    for (const Caller& one : callers())
      names += (names.empty() ? "" : ", ") + std::string(one.name);
    reader.fail("caller",
                fmt::format("unknown caller '{}', expected one of: {}", actor.caller, names));
  }
  actor.kind = reader.text_or("kind", "");
  if (!actor.kind.empty() && find_kind(kinds, actor.kind) == nullptr) {
    std::string names;
    for (const Kind& one : kinds) names += (names.empty() ? "" : ", ") + std::string(one.name);
    reader.fail("kind", fmt::format("unknown kind '{}', expected one of: {}", actor.kind, names));
  }
  for (const std::string& page : reader.texts_or_none("pages"))
    actor.pages.push_back(lookup(reader, "pages", scenario.pages, page, "page"));
  if (reader.has("pipe"))
    actor.pipe = lookup(reader, "pipe", scenario.pipes, reader.text("pipe"), "pipe");
  if (reader.has("to"))
    actor.pipe2 = lookup(reader, "to", scenario.pipes, reader.text("to"), "pipe");
  actor.process = reader.text_or("process", "");
  actor.async = reader.boolean_or("async", false);
  actor.holds = reader.word_or("holds", Holds::by_kind, kHolds);
  actor.until = reader.word_or("until", Until::completion, kUntil);
  reject_idle_keys(reader, actor, *path, kinds);
  reader.finish();
  return actor;
}

/// Names, none of them twice.
std::vector<std::string> read_names(Reader& reader, std::string_view key) {
  auto names = reader.texts_or_none(key);
  auto sorted = names;
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end())
    reader.fail(key, fmt::format("'{}' is there twice, expected it once", *twice));
  return names;
}

/// Says what is wrong with the scenario at the place where the file says it.
void reject(Reader& reader, const ScenarioProblem& found) {
  if (found.table.empty()) reader.fail(found.key, found.message);
  reader.tables(found.table)[static_cast<std::size_t>(found.index)].fail(found.key, found.message);
}

std::string list_names(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += fmt::format("{}\"{}\"", out.empty() ? "" : ", ", name);
  return "[" + out + "]";
}

}  // namespace

std::string_view backing_name(Backing backing) { return word(kBacking, backing); }

namespace {

/// All that the tables say, whether it makes sense or not.
Scenario read_parts(Reader& reader, const Kinds& kinds) {
  Scenario scenario;
  scenario.name = reader.name();
  scenario.title = reader.text_or("title", "");
  scenario.claim = reader.text_or("claim", "");
  scenario.asks = read_names(reader, "asks");
  if (reader.has("asks") && scenario.asks.empty())
    reader.fail("asks", "asks about nothing, expected a property, or no 'asks' for all of them");
  for (const auto& guard : read_names(reader, "without")) scenario.without.insert(guard);
  if (reader.has("reclaim_tests_pins"))
    scenario.reclaim_tests_pins = reader.boolean_or("reclaim_tests_pins", true);
  scenario.bias = static_cast<int>(reader.integer_or("bias", 1024, 16, 1 << 20));
  scenario.width = static_cast<int>(reader.integer_or("width", 32, 8, 32));
  for (Reader& one : reader.tables("page")) {
    PageSpec page = read_page(one);
    reject_twice(one, scenario.pages, page.name);
    scenario.pages.push_back(std::move(page));
  }
  for (Reader& one : reader.tables("pipe")) {
    PipeSpec pipe{one.name(), {}};
    reject_twice(one, scenario.pipes, pipe.name);
    for (const std::string& page : one.texts_or_none("holds"))
      pipe.holds.push_back(lookup(one, "holds", scenario.pages, page, "page"));
    one.finish();
    scenario.pipes.push_back(std::move(pipe));
  }
  for (Reader& one : reader.tables("actor"))
    scenario.actors.push_back(read_actor(one, scenario, kinds));
  reader.finish();
  return scenario;
}

}  // namespace

Scenario read_scenario(Reader& reader, const Kinds& kinds) {
  Scenario scenario = read_parts(reader, kinds);
  if (const auto found = problem(scenario, kinds)) reject(reader, *found);
  return scenario;
}

Scenario read_kept_scenario(Reader& reader, const Kinds& kinds) {
  Scenario scenario = read_parts(reader, kinds);
  if (const auto found = impossible(scenario, kinds)) reject(reader, *found);
  return tidied(std::move(scenario), kinds);
}

Scenario parse_scenario(std::string_view text, const std::string& file, const Kinds& kinds) {
  const toml::table table = parse_toml(text, file);
  Reader reader(table, file, "scenario");
  return read_scenario(reader, kinds);
}

std::string write_scenario(const Scenario& scenario, const std::string& prefix) {
  const auto page_names = [&](const std::vector<int>& pages) {
    std::vector<std::string> names;
    for (const int page : pages) names.push_back(scenario.pages[page].name);
    return list_names(names);
  };
  std::string out;
  if (!prefix.empty()) out += fmt::format("[{}]\n", prefix.substr(0, prefix.size() - 1));
  out += fmt::format("name = {}\n", toml_quoted(scenario.name));
  if (!scenario.title.empty()) out += fmt::format("title = {}\n", toml_quoted(scenario.title));
  if (!scenario.claim.empty()) out += fmt::format("claim = {}\n", toml_quoted(scenario.claim));
  if (!scenario.asks.empty()) out += fmt::format("asks = {}\n", list_names(scenario.asks));
  if (!scenario.without.empty())
    out += fmt::format("without = {}\n",
                       list_names({scenario.without.begin(), scenario.without.end()}));
  if (scenario.reclaim_tests_pins)
    out += fmt::format("reclaim_tests_pins = {}\n", *scenario.reclaim_tests_pins);
  if (scenario.bias != 1024) out += fmt::format("bias = {}\n", scenario.bias);
  if (scenario.width != 32) out += fmt::format("width = {}\n", scenario.width);
  for (const PageSpec& page : scenario.pages) {
    out += fmt::format("\n[[{}page]]\nname = \"{}\"\nbacking = \"{}\"\n", prefix, page.name,
                       word(kBacking, page.backing));
    if (page.order != 0) out += fmt::format("order = {}\n", page.order);
    if (!page.mapped) out += "mapped = false\n";
    if (page.dirty) out += "dirty = true\n";
    if (page.buffers) out += "buffers = true\n";
    if (page.stable) out += "stable = true\n";
  }
  for (const PipeSpec& pipe : scenario.pipes) {
    out += fmt::format("\n[[{}pipe]]\nname = \"{}\"\n", prefix, pipe.name);
    if (!pipe.holds.empty()) out += fmt::format("holds = {}\n", page_names(pipe.holds));
  }
  for (const ActorSpec& actor : scenario.actors) {
    out += fmt::format("\n[[{}actor]]\nname = \"{}\"\npath = \"{}\"\n", prefix, actor.name,
                       actor.path);
    if (!actor.caller.empty()) out += fmt::format("caller = \"{}\"\n", actor.caller);
    if (!actor.kind.empty()) out += fmt::format("kind = \"{}\"\n", actor.kind);
    if (!actor.pages.empty()) out += fmt::format("pages = {}\n", page_names(actor.pages));
    if (actor.pipe >= 0) out += fmt::format("pipe = \"{}\"\n", scenario.pipes[actor.pipe].name);
    if (actor.pipe2 >= 0) out += fmt::format("to = \"{}\"\n", scenario.pipes[actor.pipe2].name);
    if (!actor.process.empty()) out += fmt::format("process = {}\n", toml_quoted(actor.process));
    if (actor.async) out += "async = true\n";
    if (actor.holds != Holds::by_kind)
      out += fmt::format("holds = \"{}\"\n", word(kHolds, actor.holds));
    if (actor.until != Until::completion)
      out += fmt::format("until = \"{}\"\n", word(kUntil, actor.until));
  }
  return out;
}

}  // namespace pincheck
