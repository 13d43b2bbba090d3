// SPDX-License-Identifier: MIT
#include "checker/counterexample/corpus.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "checker/search/coverage.hpp"
#include "model/base/atomic_file.hpp"
#include "model/base/embedded.hpp"
#include "model/base/nearest.hpp"

namespace pincheck::counterexample {
namespace {

/// Who takes part, whatever their names and pages.
std::vector<std::string> shapes(const Scenario& scenario) {
  std::vector<std::string> all;
  for (const ActorSpec& actor : scenario.actors)
    all.push_back(actor.path + "\n" + actor.caller + "\n" + actor.kind);
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace

std::vector<CorpusFile> read_corpus(const std::string& folder, const Model& model) {
  std::vector<std::string> paths;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() != ".toml") continue;
    paths.push_back(entry.path().string());
    // Reading a FIFO would wait for ever.
    std::error_code ignored;
    if (!entry.is_regular_file(ignored))
      throw InputError(
          fmt::format("{}: is no regular file, expected a counterexample", paths.back()));
  }
  if (error && error != std::errc::no_such_file_or_directory)
    throw InputError(
        fmt::format("{}: cannot be read: {}, expected a folder", folder, error.message()));
  std::sort(paths.begin(), paths.end());
  std::vector<CorpusFile> files;
  for (const auto& path : paths) files.push_back({path, read_counterexample(path, model)});
  return files;
}

std::vector<CorpusFile> shipped_corpus(const Model& model) {
  std::vector<CorpusFile> files;
  const std::string folder = std::string(kRegressionFolder) + "/";
  for (const EmbeddedFile& file : embedded_files())
    if (file.path.starts_with(folder))
      files.push_back(
          {std::string(file.path), parse_checked(file.text, std::string(file.path), model)});
  return files;
}

std::vector<Replayed> replay_all(const std::vector<CorpusFile>& files, const Model& model,
                                 Catalogue& catalogue, const Stopped& stopped) {
  std::vector<Replayed> all;
  for (const CorpusFile& file : files) {
    if (says(stopped)) break;
    const System system = compile_counterexample(file.example, file.path, model, catalogue);
    all.push_back({file, replay_counterexample(file.example, file.path, system)});
  }
  return all;
}

bool subsumes(const Counterexample& one, const Counterexample& other, const Model& model,
              Catalogue& catalogue) {
  const auto few = shapes(one.scenario);
  const auto many = shapes(other.scenario);
  if (one.property != other.property ||
      shrinkers::parts(one.scenario) > shrinkers::parts(other.scenario) ||
      one.schedule.size() > other.schedule.size() ||
      !std::includes(many.begin(), many.end(), few.begin(), few.end()))
    return false;
  Counterexample under_its = one;
  under_its.convention = other.convention;
  try {
    const System system = compile(under_its.scenario, under_its.convention, model, catalogue);
    return replay_counterexample(under_its, "", system).reproduced;
  } catch (const NotStated&) {
    return false;
  }
}

const Replayed* subsumer_of(const Replayed& one, const std::vector<Replayed>& all,
                            const Model& model, Catalogue& catalogue) {
  const auto over = [&](const Replayed& a, const Replayed& b) {
    return subsumes(a.file.example, b.file.example, model, catalogue);
  };
  for (const Replayed& other : all) {
    if (&other == &one || !other.replay.reproduced || !over(other, one)) continue;
    if (&other < &one || !over(one, other)) return &other;
  }
  return nullptr;
}

void check_names(const std::string& origin, const Scenario& scenario, const Model& model) {
  for (const auto& name : scenario.asks)
    if (property_index(name) < 0)
      throw InputError(
          fmt::format("{}: scenario '{}' asks about unknown property '{}', expected "
                      "one that `pincheck list properties` shows{}",
                      origin, scenario.name, name, did_you_mean(name, names_in(properties()))));
  if (scenario.without.empty()) return;
  Catalogue catalogue;
  search::list_everything(shipped_conventions(model.kinds), model, catalogue);
  for (const auto& check : scenario.without)
    if (!catalogue.checks().contains(check))
      throw InputError(
          fmt::format("{}: scenario '{}' is without unknown check '{}', expected one "
                      "that `pincheck list checks` shows{}",
                      origin, scenario.name, check,
                      did_you_mean(check, {catalogue.checks().begin(), catalogue.checks().end()})));
}

void check_names(const std::string& origin, const Convention& convention) {
  for (const Expectation& expect : convention.expect)
    if (property_index(expect.property) < 0)
      throw InputError(
          fmt::format("{}: convention '{}' has an expect for unknown property '{}', "
                      "expected one that `pincheck list properties` shows{}",
                      origin, convention.name, expect.property,
                      did_you_mean(expect.property, names_in(properties()))));
}

Counterexample parse_checked(std::string_view text, const std::string& file, const Model& model) {
  Counterexample example = parse_counterexample(text, file, model.kinds);
  check_names(file, example.scenario, model);
  check_names(file, example.convention);
  return example;
}

Counterexample read_counterexample(const std::string& file, const Model& model) {
  return parse_checked(read_file(file), file, model);
}

void make_folder(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error)
    throw InputError(fmt::format("{}: cannot be made, expected a folder to save into: {}", folder,
                                 error.message()));
}

std::string save_counterexample(const std::string& folder, const Counterexample& example,
                                const story::Story& story, const explain::Explanation& why) {
  make_folder(folder);
  std::error_code error;
  std::string path = (std::filesystem::path(folder) / file_name_of(example)).string();
  if (!std::filesystem::is_regular_file(path, error))
    write_atomically(path, counterexample_text(example, story, why));
  return path;
}

}  // namespace pincheck::counterexample
