// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "model/base/reader.hpp"
#include "model/compile/files.hpp"
#include "model/compile/well_formed.hpp"
#include "model/paths/path.hpp"
#include "model/question/fields.hpp"

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

/// The words for the values of a type, by a value of it.
const Words<Backing>& words_of(Backing) { return kBacking; }
const Words<Holds>& words_of(Holds) { return kHolds; }
const Words<Until>& words_of(Until) { return kUntil; }

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

/// Reads all that the tables say, whether it makes sense or not.
class ScenarioReader {
 public:
  explicit ScenarioReader(const Kinds& kinds) : kinds_(kinds) {}

  Scenario read(Reader& reader) {
    read_fields(reader, scenario_);
    return std::move(scenario_);
  }

 private:
  const Kinds& kinds_;
  Scenario scenario_;

  template <class Spec>
  void read_fields(Reader& reader, Spec& spec) {
    each_field<Spec>([&](const auto& f) { field(reader, f, spec); });
    if constexpr (std::same_as<Spec, ActorSpec>) reject_idle_keys(reader, spec);
    reader.finish();
  }

  static void field(Reader& reader, const field::Name<Scenario>& f, Scenario& scenario) {
    scenario.*f.at = reader.name();
  }
  void field(Reader& reader, const field::Name<PageSpec>& f, PageSpec& page) const {
    page.*f.at = reader.name();
    reject_twice(reader, scenario_.pages, page.name);
  }
  void field(Reader& reader, const field::Name<PipeSpec>& f, PipeSpec& pipe) const {
    pipe.*f.at = reader.name();
    reject_twice(reader, scenario_.pipes, pipe.name);
  }
  void field(Reader& reader, const field::Name<ActorSpec>& f, ActorSpec& actor) const {
    const std::string usual =
        fmt::format("{}-{}", reader.text("path"), scenario_.actors.size() + 1);
    actor.*f.at = reader.has(f.key) ? reader.name() : usual;
    reject_twice(reader, scenario_.actors, actor.name);
  }

  template <class Spec>
  static void field(Reader& reader, const field::Text<Spec>& f, Spec& spec) {
    spec.*f.at = reader.text_or(f.key, "");
  }

  static void field(Reader& reader, const field::PathName& f, ActorSpec& actor) {
    actor.*f.at = reader.text(f.key);
    require_known(reader, f.key, paths(), actor.path);
  }
  static void field(Reader& reader, const field::CallerName& f, ActorSpec& actor) {
    actor.*f.at = reader.text_or(f.key, "");
    if (!actor.caller.empty()) require_known(reader, f.key, callers(), actor.caller);
  }
  void field(Reader& reader, const field::KindName& f, ActorSpec& actor) const {
    actor.*f.at = reader.text_or(f.key, "");
    if (!actor.kind.empty()) require_known(reader, f.key, kinds_, actor.kind);
  }
  template <class Named>
  static void require_known(Reader& reader, std::string_view key, const std::vector<Named>& all,
                            const std::string& name) {
    const Names names = names_in(all);
    if (std::find(names.begin(), names.end(), name) != names.end()) return;
    reader.fail(key, fmt::format("unknown {} '{}', expected {}", key, name, one_of(name, names)));
  }

  static void field(Reader& reader, const field::BackingName& f, PageSpec& page) {
    if (!reader.has(f.key))
      reader.fail(f.key, "expected backing = anon, file, pipe, kernel or zero");
    page.*f.at = reader.word_or(f.key, page.*f.at, words_of(page.*f.at));
  }

  static void field(Reader& reader, const field::PropertyNames& f, Scenario& scenario) {
    scenario.*f.at = read_names(reader, f.key);
    if (reader.has(f.key) && scenario.asks.empty())
      reader.fail(f.key, "asks about nothing, expected a property, or no 'asks' for all of them");
  }
  static void field(Reader& reader, const field::CheckNames& f, Scenario& scenario) {
    for (auto& check : read_names(reader, f.key)) (scenario.*f.at).insert(std::move(check));
  }

  template <class Spec>
  void field(Reader& reader, const field::PageNames<Spec>& f, Spec& spec) const {
    for (const std::string& page : reader.texts_or_none(f.key))
      (spec.*f.at).push_back(lookup(reader, f.key, scenario_.pages, page, "page"));
  }
  void field(Reader& reader, const field::PipeName& f, ActorSpec& actor) const {
    if (reader.has(f.key))
      actor.*f.at = lookup(reader, f.key, scenario_.pipes, reader.text(f.key), "pipe");
  }

  template <class Spec, class T>
  static void field(Reader& reader, const field::Setting<Spec, T>& f, Spec& spec) {
    T& value = spec.*f.at;
    if constexpr (std::same_as<Spec, PageSpec>)
      if (spec.backing != Backing::file && reader.has(f.key)) reject_of_file(reader, f, value);
    if constexpr (std::same_as<T, bool>)
      value = reader.boolean_or(f.key, value);
    else if constexpr (std::same_as<T, int>)
      value = static_cast<int>(reader.integer_or(f.key, value, f.low, f.high));
    else if constexpr (std::same_as<T, std::optional<bool>>)
      value = reader.has(f.key) ? T{reader.boolean_or(f.key, true)} : T{};
    else
      value = reader.word_or(f.key, value, words_of(value));
  }
  template <class T>
  [[noreturn]] static void reject_of_file(Reader& reader, const field::Setting<PageSpec, T>& f,
                                          const T& usual) {
    if (usual != f.simplest)
      reader.fail(f.key, fmt::format("only file pages can be un{0} at the start, expected no '{0}'",
                                     f.key));
    reader.fail(f.key, fmt::format("'{}' is for file pages, expected none here", f.key));
  }

  template <class Part>
  void field(Reader& reader, const field::Tables<Part>& f, Scenario& scenario) {
    for (Reader& one : reader.tables(f.key)) {
      Part part;
      read_fields(one, part);
      (scenario.*f.at).push_back(std::move(part));
    }
  }

  /// Keys that the path or kind takes no value of, not even the usual one.
  void reject_idle_keys(Reader& reader, const ActorSpec& actor) const {
    if (reader.has("gift"))
      reader.fail("gift",
                  "no step looks at it, as nothing in the model steals a page from a pipe "
                  "(pipe_buf_try_steal), expected none");
    const bool takes_kind = (find_path(actor.path)->needs & kNeedsKind) != 0;
    each_setting<ActorSpec>([&](const auto& f) {
      if (!takes_kind && reader.has(f.key))
        reader.fail(f.key,
                    fmt::format("path '{}' takes no '{}', expected none", actor.path, f.key));
    });
    const Kind* kind = actor.kind.empty() ? nullptr : find_kind(kinds_, actor.kind);
    for (const char* key : {"holds", "until"})
      if (reader.has(key) && kind != nullptr && kind->user_backed)
        reader.fail(key,
                    fmt::format("kind '{}' has no creator that holds its pages, expected no '{}'",
                                actor.kind, key));
  }
};

/// Says what is wrong with the scenario at the place where the file says it.
void reject(Reader& reader, const ScenarioProblem& found) {
  if (found.table.empty()) reader.fail(found.key, found.message);
  reader.tables(found.table)[static_cast<std::size_t>(found.index)].fail(found.key, found.message);
}

std::string list_names(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + toml_quoted(name);
  return "[" + out + "]";
}

/// Writes what is not as it usually is.
class ScenarioWriter {
 public:
  ScenarioWriter(const Scenario& scenario, const std::string& prefix)
      : scenario_(scenario), prefix_(prefix) {}

  template <class Spec>
  std::string fields(const Spec& spec) const {
    static const Spec usual{};
    std::string out;
    each_field<Spec>([&](const auto& f) {
      if constexpr (requires { table(f, spec); })
        out += table(f, spec);
      else if (is_required(f) || spec.*f.at != usual.*f.at)
        out += fmt::format("{} = {}\n", f.key, value(f, spec.*f.at));
    });
    return out;
  }

 private:
  const Scenario& scenario_;
  const std::string& prefix_;

  template <class Spec>
  static bool is_required(const field::Name<Spec>&) {
    return true;
  }
  static bool is_required(const field::BackingName&) { return true; }
  template <class Field>
  static bool is_required(const Field&) {
    return false;
  }

  template <class Part>
  std::string table(const field::Tables<Part>& f, const Scenario& scenario) const {
    std::string out;
    for (const Part& part : scenario.*f.at)
      out += fmt::format("\n[[{}{}]]\n", prefix_, f.key) + fields(part);
    return out;
  }

  template <class Field>
  static std::string value(const Field&, const std::string& text) {
    return toml_quoted(text);
  }
  static std::string value(const field::PropertyNames&, const std::vector<std::string>& names) {
    return list_names(names);
  }
  static std::string value(const field::CheckNames&, const CheckSet& names) {
    return list_names({names.begin(), names.end()});
  }
  std::string value(const field::PipeName&, int pipe) const {
    return toml_quoted(scenario_.pipes[pipe].name);
  }
  template <class Spec>
  std::string value(const field::PageNames<Spec>&, const std::vector<int>& pages) const {
    std::vector<std::string> names;
    for (const int page : pages) names.push_back(scenario_.pages[page].name);
    return list_names(names);
  }
  static std::string value(const field::BackingName&, Backing backing) {
    return fmt::format("\"{}\"", backing_name(backing));
  }
  template <class Spec, class T>
  static std::string value(const field::Setting<Spec, T>&, const T& value) {
    if constexpr (std::is_enum_v<T>)
      return fmt::format("\"{}\"", word(words_of(value), value));
    else if constexpr (std::same_as<T, std::optional<bool>>)
      return fmt::format("{}", *value);
    else
      return fmt::format("{}", value);
  }
};

}  // namespace

std::string_view backing_name(Backing backing) { return word(kBacking, backing); }

Scenario read_scenario(Reader& reader, const Kinds& kinds) {
  Scenario scenario = ScenarioReader(kinds).read(reader);
  if (const auto found = problem(scenario, kinds)) reject(reader, *found);
  return scenario;
}

Scenario read_kept_scenario(Reader& reader, const Kinds& kinds) {
  Scenario scenario = ScenarioReader(kinds).read(reader);
  if (const auto found = impossible(scenario, kinds)) reject(reader, *found);
  return tidied(std::move(scenario), kinds);
}

Scenario parse_scenario(std::string_view text, const std::string& file, const Kinds& kinds) {
  const toml::table table = parse_toml(text, file);
  Reader reader(table, file, "scenario");
  return read_scenario(reader, kinds);
}

std::string write_scenario(const Scenario& scenario, const std::string& prefix) {
  const std::string table =
      prefix.empty() ? "" : fmt::format("[{}]\n", prefix.substr(0, prefix.size() - 1));
  return table + ScenarioWriter(scenario, prefix).fields(scenario);
}

}  // namespace pincheck
