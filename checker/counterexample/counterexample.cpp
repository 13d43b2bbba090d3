// SPDX-License-Identifier: MIT
#include "checker/counterexample/counterexample.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "checker/counterexample/layout.hpp"
#include "checker/counterexample/rename_table.hpp"
#include "checker/render/render.hpp"
#include "model/base/reader.hpp"
#include "model/base/version.hpp"

namespace pincheck::counterexample {
namespace {

constexpr const char* kEnd = "end";

/// The words of `minimal`, for reading.
Words<shrinkers::Minimality> minimality_words() {
  Words<shrinkers::Minimality> words;
  for (const auto one : {shrinkers::Minimality::proved, shrinkers::Minimality::schedule,
                         shrinkers::Minimality::none})
    words.emplace_back(shrinkers::minimality_name(one), one);
  return words;
}

std::string schedule_text(const std::vector<NamedStep>& schedule) {
  std::string out;
  for (const NamedStep& step : schedule) {
    const std::string outcome =
        step.outcome.empty() ? "" : fmt::format(", outcome = {}", toml_quoted(step.outcome));
    out += fmt::format("  {{ actor = {}, step = {}{} }},\n", toml_quoted(step.actor),
                       toml_quoted(step.step), outcome);
  }
  return out;
}

/// 32 bits of FNV-1a: the same on every machine.
std::uint32_t hash_of(const std::string& text) {
  std::uint32_t hash = 2166136261U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash;
}

bool same_switches(const Convention& a, const Convention& b) {
  const auto switches = [](const Convention& c) {
    return std::tuple(c.reclaim_tests_pins, c.writeback_skips_pinned, c.zero_pins_are_noops,
                      c.page_pins_skip_zero, c.splice_read, c.sendpage_ok);
  };
  return switches(a) == switches(b);
}

bool states(const Convention& convention, const RowEntry& entry) {
  const auto agrees = [&](Direction direction) {
    const Row* row = convention.find(entry.caller, entry.kind, direction);
    return (entry.direction && *entry.direction != direction) || (row && *row == entry.row);
  };
  return agrees(Direction::dest) && agrees(Direction::source);
}

/// A file's convention that has a shipped name, but says something else, gets a name of its own.
void tell_apart(Convention& convention, const Kinds& kinds) {
  for (const Convention& shipped : shipped_conventions(kinds)) {
    if (convention.name != shipped.name && convention.label != shipped.label) continue;
    const bool same = same_switches(convention, shipped) &&
                      std::all_of(convention.rows.begin(), convention.rows.end(),
                                  [&](const RowEntry& row) { return states(shipped, row); });
    if (!same) convention.label = convention.name += "-in-file";
  }
}

}  // namespace

Counterexample make_counterexample(const story::Story& story, const Convention& convention,
                                   shrinkers::Minimality minimality, std::uint64_t seed) {
  Counterexample example;
  example.property = properties()[story.property].name;
  example.minimality = minimality;
  example.seed = seed;
  example.commit = tool_commit();
  example.convention = as_far_as(convention, story.scenario);
  example.scenario = story.scenario;
  example.scenario.asks = {example.property};
  for (const story::StoryStep& step : story.steps)
    example.schedule.push_back({step.actor, step.step, step.outcome});
  example.breaks_at =
      story.at_end || example.schedule.empty() ? kEnd : example.schedule.back().step;
  return example;
}

Convention as_far_as(const Convention& convention, const Scenario& scenario) {
  Convention part = convention;
  part.expect.clear();
  std::erase_if(part.rows, [&](const RowEntry& row) {
    return std::none_of(scenario.actors.begin(), scenario.actors.end(),
                        [&](const ActorSpec& actor) { return actor.caller == row.caller; });
  });
  return part;
}

std::string counterexample_text(const Counterexample& example, const story::Story& story,
                                const explain::Explanation& why, const std::string& name) {
  std::string data =
      fmt::format("format = {}\ntool = \"pincheck {}\"\n", kCounterexampleFormat, kVersion);
  if (!example.commit.empty()) data += fmt::format("commit = {}\n", toml_quoted(example.commit));
  data += fmt::format("property = {}\n", toml_quoted(example.property));
  data +=
      fmt::format("breaks_at = {}\nminimal = \"{}\"\nseed = {}\n", toml_quoted(example.breaks_at),
                  shrinkers::minimality_name(example.minimality), example.seed);
  data += "schedule = [\n" + schedule_text(example.schedule) + "]\n\n";
  data += write_scenario(example.scenario, "scenario.") + "\n";
  data = folded(data + write_convention(example.convention, "convention."));
  const std::string comment = fmt::format(
      "{} is violated by {} under {}:\n\n{}\nTo replay it, from this file or from a mail with it:"
      "\n  pincheck replay {}\n",
      example.property, example.scenario.name, example.convention.name,
      render::render_text(story, why, {.width = kMailColumns - 2}),
      name.empty() ? file_name_of(example) : name);
  return fmt::format("# SPDX-License-Identifier: MIT\n{}\n{}\n[end]\nchecksum = \"{}\"\n",
                     as_comment(comment), data, checksum_of(unfolded(data).statements));
}

std::string file_name_of(const Counterexample& example) {
  Scenario bare = example.scenario;
  bare.name = bare.title = bare.claim = "";
  bare.asks.clear();
  return fmt::format("{}-{:08x}.toml", example.property,
                     hash_of(example.property + "\n" + write_scenario(bare, "") + "\n" +
                             schedule_text(example.schedule)));
}

Counterexample parse_counterexample(std::string_view text, const std::string& file,
                                    const Kinds& kinds, const Renames& renames) {
  toml::table table = parse_toml(text, file);
  apply(renames, table);
  Reader reader(table, file, "counterexample");
  if (!reader.has("format"))
    reader.fail("format",
                fmt::format("expected format = {}: not a counterexample", kCounterexampleFormat));
  const auto format = reader.integer_or("format", kCounterexampleFormat, 1, kCounterexampleFormat);
  reader.text_or("tool", "");
  Counterexample example;
  example.commit = reader.text_or("commit", "");
  example.property = reader.text("property");
  if (property_index(example.property) < 0)
    reader.fail(
        "property",
        fmt::format("unknown property '{}', expected one that `pincheck list properties` "
                    "shows{}",
                    example.property, did_you_mean(example.property, names_in(properties()))));
  example.seed = static_cast<std::uint64_t>(reader.integer_or("seed", 0, 0, kMaxSeed));
  if (format >= 2) {
    example.breaks_at = reader.text("breaks_at");
    example.minimality = reader.word_or("minimal", shrinkers::Minimality::none, minimality_words());
  }
  const auto required = [&](std::string_view key) {
    auto part = reader.table(key);
    if (!part) reader.fail(key, fmt::format("expected a table [{}]", key));
    return *part;
  };
  if (format >= 3) {
    Reader end = required("end");
    example.changed = end.text("checksum") != checksum_of(unfolded(text).statements);
    end.finish();
  }
  Reader scenario = required("scenario");
  example.scenario = read_kept_scenario(scenario, kinds);
  Reader convention = required("convention");
  example.convention = read_convention(convention, kinds);
  tell_apart(example.convention, kinds);
  for (Reader& step : reader.tables("schedule")) {
    example.schedule.push_back(
        {step.text("actor"), step.text("step"), step.text_or("outcome", "")});
    step.finish();
  }
  if (example.schedule.empty() && example.breaks_at != kEnd)
    reader.fail("schedule", "expected at least one step");
  reader.finish();
  return example;
}

}  // namespace pincheck::counterexample
