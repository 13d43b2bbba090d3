// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "model/files.hpp"
#include "model/paths/path.hpp"

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

void check_needs(Reader& reader, const ActorSpec& actor, const Path& path, const Kinds& kinds) {
  const auto need = [&](bool present, unsigned flag, std::string_view key, unsigned optional = 0) {
    const bool needed = (path.needs & flag) != 0;
    if (needed && !present)
      reader.fail(key, fmt::format("path '{}' expected '{}'", actor.path, key));
    if (!needed && (path.needs & optional) == 0 && present)
      reader.fail(key, fmt::format("path '{}' takes no '{}', expected none", actor.path, key));
  };
  need(!actor.caller.empty(), kNeedsCaller, "caller", kMayHaveCaller);
  need(!actor.kind.empty(), kNeedsKind, "kind");
  need(!actor.pages.empty(), kNeedsPages, "pages", kNeedsKind);
  need(actor.pipe >= 0, kNeedsPipe, "pipe");
  need(actor.pipe2 >= 0, kNeedsPipe2, "to");
  if ((path.needs & kOnePage) != 0 && actor.pages.size() != 1)
    reader.fail("pages", fmt::format("path '{}' works on one page, expected one", actor.path));
  if (actor.pipe2 >= 0 && actor.pipe2 == actor.pipe)
    reader.fail("to", "expected another pipe than 'pipe'");
  if ((path.needs & kNeedsKind) == 0)
    for (const char* key : {"holds", "until", "async"})
      if (reader.has(key))
        reader.fail(key, fmt::format("path '{}' takes no '{}', expected none", actor.path, key));
  if (reader.has("gift") && actor.path != "vmsplice")
    reader.fail("gift", "expected 'gift' only with path vmsplice");
  if (actor.caller.empty()) return;
  const Caller& caller = *find_caller(actor.caller);
  if (path.dest ? !caller.reads : !caller.writes)
    reader.fail("caller", fmt::format("caller '{}' does not {}, expected one that does",
                                      actor.caller, path.dest ? "read" : "write"));
  if (actor.async && !caller.may_be_async)
    reader.fail("async",
                fmt::format("caller '{}' is never asynchronous, expected no async", actor.caller));
  if (actor.until == Until::submit && !actor.async)
    reader.fail("until",
                "until = \"submit\" expected with async = true: a synchronous call returns later");
  if (actor.kind.empty()) return;
  const Kind& kind = *find_kind(kinds, actor.kind);
  if (kind.in_ring)
    reader.fail("kind", fmt::format("'{}' is expected by path splice-read only", actor.kind));
  if (actor.pages.empty() != kind.backings.empty())
    reader.fail("pages", fmt::format("kind '{}' expected {} 'pages'", actor.kind,
                                     kind.backings.empty() ? "no" : "some"));
  if (kind.user_backed && (reader.has("holds") || reader.has("until")))
    reader.fail(
        reader.has("holds") ? "holds" : "until",
        fmt::format("kind '{}' has no creator that holds its pages, expected neither", actor.kind));
}

void check_pages(Reader& reader, const Scenario& scenario, const ActorSpec& actor, const Path& path,
                 const Kinds& kinds) {
  const Kind* kind = actor.kind.empty() ? nullptr : find_kind(kinds, actor.kind);
  auto allowed = kind != nullptr ? kind->backings : path.backings;
  if (actor.path == "splice-read") allowed = {actor.caller.empty() ? Backing::file : Backing::pipe};
  for (const int page : actor.pages) {
    const PageSpec& spec = scenario.pages[page];
    if (std::find(allowed.begin(), allowed.end(), spec.backing) == allowed.end())
      reader.fail("pages", fmt::format("page '{}' is {}, which {} cannot work on, expected another",
                                       spec.name, word(kBacking, spec.backing),
                                       kind != nullptr ? "kind '" + actor.kind + "'"
                                                       : "path '" + actor.path + "'"));
    const bool lock_like = actor.holds == Holds::lock || actor.holds == Holds::writeback;
    if (lock_like && spec.backing != Backing::file)
      reader.fail("holds", "a lock or writeback is expected on file pages only");
    if (actor.holds == Holds::pin && spec.backing != Backing::anon)
      reader.fail("holds", "a registered buffer is expected to be anonymous memory");
    if (spec.backing != Backing::kernel) continue;
    for (const ActorSpec& other : scenario.actors)
      if (std::find(other.pages.begin(), other.pages.end(), page) != other.pages.end())
        reader.fail("pages",
                    fmt::format("kernel object '{}' is used by '{}' already, expected one user",
                                spec.name, other.name));
  }
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
  if (actor.pages.size() > kMaxSlots)
    reader.fail("pages", fmt::format("expected at most {} pages", kMaxSlots));
  if (reader.has("pipe"))
    actor.pipe = lookup(reader, "pipe", scenario.pipes, reader.text("pipe"), "pipe");
  if (reader.has("to"))
    actor.pipe2 = lookup(reader, "to", scenario.pipes, reader.text("to"), "pipe");
  actor.process = reader.text_or("process", "");
  actor.async = reader.boolean_or("async", false);
  actor.gift = reader.boolean_or("gift", false);
  actor.holds = reader.word_or("holds", Holds::by_kind, kHolds);
  actor.until = reader.word_or("until", Until::completion, kUntil);
  check_needs(reader, actor, *path, kinds);
  check_pages(reader, scenario, actor, *path, kinds);
  reader.finish();
  return actor;
}

template <class T>
void bound(Reader& reader, std::string_view key, const std::vector<T>& all, int most) {
  if (static_cast<int>(all.size()) > most)
    reader.fail(key, fmt::format("{} of [[{}]], expected at most {}", all.size(), key, most));
}

std::string list_names(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += fmt::format("{}\"{}\"", out.empty() ? "" : ", ", name);
  return "[" + out + "]";
}

}  // namespace

Scenario read_scenario(Reader& reader, const Kinds& kinds) {
  Scenario scenario;
  scenario.name = reader.name();
  scenario.title = reader.text_or("title", "");
  scenario.claim = reader.text_or("claim", "");
  scenario.asks = reader.texts_or_none("asks");
  for (const auto& guard : reader.texts_or_none("without")) scenario.without.insert(guard);
  if (reader.has("reclaim_tests_pins"))
    scenario.reclaim_tests_pins = reader.boolean_or("reclaim_tests_pins", true);
  scenario.bias = static_cast<int>(reader.integer_or("bias", 1024, 16, 1 << 20));
  scenario.width = static_cast<int>(reader.integer_or("width", 32, 8, 32));
  for (Reader& one : reader.tables("page")) {
    PageSpec page = read_page(one);
    reject_twice(one, scenario.pages, page.name);
    scenario.pages.push_back(std::move(page));
  }
  bound(reader, "page", scenario.pages, kMaxPages);
  for (Reader& one : reader.tables("pipe")) {
    PipeSpec pipe{one.name(), {}};
    reject_twice(one, scenario.pipes, pipe.name);
    for (const std::string& page : one.texts_or_none("holds"))
      pipe.holds.push_back(lookup(one, "holds", scenario.pages, page, "page"));
    if (pipe.holds.size() > kRingSlots)
      one.fail("holds", fmt::format("expected at most {} buffers", kRingSlots));
    for (const int page : pipe.holds)
      if (scenario.pages[page].backing == Backing::kernel)
        one.fail("holds", "a kernel object cannot be in a pipe, expected other pages");
    one.finish();
    scenario.pipes.push_back(std::move(pipe));
  }
  for (Reader& one : reader.tables("actor"))
    scenario.actors.push_back(read_actor(one, scenario, kinds));
  bound(reader, "actor", scenario.actors, kMaxActors);
  if (const std::string why = shared_mapping(scenario, kinds); !why.empty())
    reader.fail("actor", why + ", expected one process: there is no fork");
  int pipes = static_cast<int>(scenario.pipes.size());
  for (const ActorSpec& actor : scenario.actors)
    pipes += (find_path(actor.path)->needs & kUsesOwnPipe) != 0 ? 1 : 0;
  if (pipes > kMaxPipes)
    reader.fail("pipe",
                fmt::format("{} pipes with sendfile's own, expected at most {}", pipes, kMaxPipes));
  if (scenario.actors.empty()) reader.fail("actor", "expected at least one [[actor]]");
  reader.finish();
  return scenario;
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
    if (actor.gift) out += "gift = true\n";
    if (actor.holds != Holds::by_kind)
      out += fmt::format("holds = \"{}\"\n", word(kHolds, actor.holds));
    if (actor.until != Until::completion)
      out += fmt::format("until = \"{}\"\n", word(kUntil, actor.until));
  }
  return out;
}

}  // namespace pincheck
