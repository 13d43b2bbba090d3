// SPDX-License-Identifier: MIT
#include "checker/counterexample/renames.hpp"

#include "checker/counterexample/rename_table.hpp"
#include "model/base/embedded.hpp"
#include "model/base/reader.hpp"

namespace pincheck::counterexample {
namespace {

const Words<NameOf> kNameOf{{"step", NameOf::step},  {"outcome", NameOf::outcome},
                            {"path", NameOf::path},  {"caller", NameOf::caller},
                            {"kind", NameOf::kind},  {"property", NameOf::property},
                            {"check", NameOf::check}};

/// What model/renamed.toml says.
struct Changes {
  Renames renames;
  std::vector<AddedStep> added;
};

Changes read_changes(std::string_view text, const std::string& file) {
  const toml::table table = parse_toml(text, file);
  Reader reader(table, file, "list of renamed names");
  Changes changes;
  for (Reader& one : reader.tables("renamed")) {
    const NameOf what = one.word_or("what", NameOf::step, kNameOf);
    changes.renames.push_back(
        {what, one.text("was"), one.text("now"), what == NameOf::outcome ? one.text("step") : ""});
    one.finish();
  }
  for (Reader& one : reader.tables("added")) {
    changes.added.push_back({one.text("step"), one.text("outcome")});
    one.finish();
  }
  reader.finish();
  return changes;
}

const Changes& shipped_changes() {
  static const Changes all = [] {
    for (const EmbeddedFile& file : embedded_files())
      if (file.path == "model/renamed.toml") return read_changes(file.text, std::string(file.path));
    return Changes{};
  }();
  return all;
}

/// Walks over a counterexample's names.
class Renamer {
 public:
  explicit Renamer(const Renames& renames) : renames_(renames) {}

  void counterexample(toml::table& table) const {
    value(table, "property", NameOf::property);
    value(table, "breaks_at", NameOf::step);
    each_table(table, "schedule", [this](toml::table& step) { schedule_step(step); });
    if (auto* scenario = table["scenario"].as_table()) {
      values(*scenario, "asks", NameOf::property);
      values(*scenario, "without", NameOf::check);
      each_table(*scenario, "actor", [this](toml::table& actor) {
        value(actor, "path", NameOf::path);
        value(actor, "caller", NameOf::caller);
        value(actor, "kind", NameOf::kind);
        actor.erase("gift");  // no step ever looked at it
      });
    }
    auto* callers = table["convention"]["callers"].as_table();
    if (callers == nullptr) return;
    keys(*callers, NameOf::caller);
    for (auto&& [name, rows] : *callers)
      if (rows.is_table()) keys(*rows.as_table(), NameOf::kind);
  }

 private:
  std::string now(NameOf what, std::string name, std::string_view step = {}) const {
    for (const Rename& one : renames_)
      if (one.what == what && one.was == name && one.step == step) name = one.now;
    return name;
  }

  void change(toml::node* node, NameOf what, std::string_view step = {}) const {
    if (node == nullptr || !node->is_string()) return;
    std::string& name = node->as_string()->get();
    name = now(what, name, step);
  }
  void value(toml::table& table, std::string_view key, NameOf what) const {
    change(table.get(key), what);
  }
  void values(toml::table& table, std::string_view key, NameOf what) const {
    if (auto* all = table[key].as_array())
      for (toml::node& one : *all) change(&one, what);
  }
  void schedule_step(toml::table& step) const {
    value(step, "step", NameOf::step);
    change(step.get("outcome"), NameOf::outcome, step["step"].value_or(std::string_view{}));
  }
  /// A table that has the new name already keeps the old one too, which reading then rejects.
  void keys(toml::table& table, NameOf what) const {
    toml::table renamed;
    for (auto&& [key, node] : table) {
      const std::string name = now(what, std::string(key.str()));
      renamed.insert(table.contains(name) ? std::string(key.str()) : name, node);
    }
    table = std::move(renamed);
  }

  template <class Visit>
  static void each_table(toml::table& table, std::string_view key, const Visit& visit) {
    if (auto* all = table[key].as_array())
      for (toml::node& one : *all)
        if (one.is_table()) visit(*one.as_table());
  }

  const Renames& renames_;
};

}  // namespace

const Renames& shipped_renames() { return shipped_changes().renames; }
const std::vector<AddedStep>& added_steps() { return shipped_changes().added; }

void apply(const Renames& renames, toml::table& counterexample) {
  Renamer(renames).counterexample(counterexample);
}

}  // namespace pincheck::counterexample
