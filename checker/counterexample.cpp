// SPDX-License-Identifier: MIT
#include "checker/counterexample.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "checker/version.hpp"

namespace pincheck {
namespace {

std::string as_comment(const std::string& text) {
  std::string out;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    out += "# " + text.substr(begin, end - begin) + "\n";
    begin = end + 1;
  }
  return out;
}

/// Throws unless the step, and the outcome in it, is in the actor's programs.
void check_exists(const NamedStep& named, const System& system, const Scenario& scenario,
                  const std::string& file, std::size_t number) {
  for (int thread = 0; thread < system.thread_count(); ++thread) {
    if (thread_name(scenario, thread) != named.actor) continue;
    for (const Step& step : system.programs[thread]) {
      if (step.name != named.step) continue;
      if (std::any_of(step.outcomes.begin(), step.outcomes.end(),
                      [&](const Outcome& outcome) { return outcome.name == named.outcome; }))
        return;
    }
    throw InputError(
        fmt::format("{}: step {}: '{}' has no step '{}' with outcome '{}', expected "
                    "one that `pincheck list steps` shows",
                    file, number, named.actor, named.step, named.outcome));
  }
  throw InputError(
      fmt::format("{}: step {}: no actor is named '{}', expected one of the scenario's", file,
                  number, named.actor));
}

}  // namespace

std::string counterexample_text(const Counterexample& example, const Story& story) {
  std::string out = "# SPDX-License-Identifier: MIT\n";
  out += as_comment(fmt::format("{} is violated by {} under {}:\n\n{}", example.property,
                                example.scenario.name, example.convention.name, story_text(story)));
  out += fmt::format("\nformat = {}\ntool = \"pincheck {}\"\nproperty = \"{}\"\nseed = {}\n",
                     kCounterexampleFormat, kVersion, example.property, example.seed);
  out += "schedule = [\n";
  for (const NamedStep& step : example.schedule) {
    const std::string outcome =
        step.outcome.empty() ? "" : fmt::format(", outcome = \"{}\"", step.outcome);
    out +=
        fmt::format("  {{ actor = \"{}\", step = \"{}\"{} }},\n", step.actor, step.step, outcome);
  }
  out += "]\n\n" + write_scenario(example.scenario, "scenario.");
  out += "\n" + write_convention(example.convention, "convention.");
  return out;
}

Counterexample parse_counterexample(std::string_view text, const std::string& file,
                                    const Kinds& kinds) {
  const toml::table table = parse_toml(text, file);
  Reader reader(table, file, "counterexample");
  if (!reader.has("format")) reader.fail("format", "expected format = 1: not a counterexample");
  reader.integer_or("format", kCounterexampleFormat, 1, kCounterexampleFormat);
  reader.text_or("tool", "");
  Counterexample example;
  example.property = reader.text("property");
  if (property_index(example.property) < 0)
    reader.fail("property", fmt::format("unknown property '{}', expected one that "
                                        "`pincheck list properties` shows",
                                        example.property));
  example.seed = static_cast<std::uint64_t>(reader.integer_or("seed", 0, 0, kMaxSeed));
  const auto required = [&](std::string_view key) {
    auto part = reader.table(key);
    if (!part) reader.fail(key, fmt::format("expected a table [{}]", key));
    return *part;
  };
  Reader scenario = required("scenario");
  example.scenario = read_scenario(scenario, kinds);
  Reader convention = required("convention");
  example.convention = read_convention(convention, kinds);
  for (Reader& step : reader.tables("schedule")) {
    example.schedule.push_back(
        {step.text("actor"), step.text("step"), step.text_or("outcome", "")});
    step.finish();
  }
  if (example.schedule.empty()) reader.fail("schedule", "expected at least one step");
  reader.finish();
  return example;
}

Replay replay_counterexample(const Counterexample& example, const std::string& file,
                             const Model& model, Catalogue& catalogue) {
  const System system = [&] {
    try {
      return compile(example.scenario, example.convention, model, catalogue);
    } catch (const NotStated& missing) {
      throw InputError(fmt::format("{}: {}, expected a row for it", file, missing.what()));
    }
  }();
  const int property = property_index(example.property);
  Replay result;
  Moves moves;
  Run run(system);
  for (std::size_t i = 0; i < example.schedule.size(); ++i)
    check_exists(example.schedule[i], system, example.scenario, file, i + 1);
  for (std::size_t i = 0; i < example.schedule.size() && result.problem.empty(); ++i) {
    const NamedStep& named = example.schedule[i];
    bool taken = false;
    for (const Choice& choice : run.choices()) {
      if (thread_name(example.scenario, choice.thread) != named.actor) continue;
      const Step& step = system.step_of(run.world(), choice.thread);
      const Outcome& outcome = step.outcomes[choice.outcome];
      if (step.name != named.step || outcome.name != named.outcome) continue;
      moves.push_back({choice.thread, outcome.id});
      run.take(choice);
      taken = true;
      break;
    }
    if (!taken)
      result.problem =
          fmt::format("step {} is not enabled: {} cannot take '{}'{}{}", i + 1, named.actor,
                      named.step, named.outcome.empty() ? "" : ": ", named.outcome);
  }
  result.story = tell(example.scenario, system, example.convention.name, moves, property);
  result.reproduced = result.problem.empty() && !result.story.sentence.empty();
  if (result.problem.empty() && !result.reproduced)
    result.problem = fmt::format("every step is taken, and {} holds", example.property);
  return result;
}

Counterexample make_counterexample(const Story& story, const Convention& convention,
                                   std::uint64_t seed) {
  Counterexample example;
  example.property = properties()[story.property].name;
  example.seed = seed;
  example.convention = convention;
  example.scenario = story.scenario;
  for (const StoryStep& step : story.steps)
    example.schedule.push_back({step.actor, step.step, step.outcome});
  return example;
}

void write_atomically(const std::string& path, const std::string& text) {
  const std::string temporary = path + ".tmp";
  {
    std::ofstream stream(temporary, std::ios::binary | std::ios::trunc);
    stream << text;
    stream.flush();
    if (!stream)
      throw InputError(fmt::format("{}: cannot be written, expected a writable folder", temporary));
  }
  std::error_code error;
  std::filesystem::rename(temporary, path, error);
  if (error) throw InputError(fmt::format("{}: cannot be replaced: {}", path, error.message()));
}

}  // namespace pincheck
