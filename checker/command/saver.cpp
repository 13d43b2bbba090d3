// SPDX-License-Identifier: MIT
#include "checker/command/saver.hpp"

#include <algorithm>

namespace pincheck::command {

void Saver::save(const judge::Shown& shown) {
  if (folder_.empty() || shown.livelock) return;
  const counterexample::Counterexample example = counterexample::make_counterexample(
      shown.story, *shown.conventions.front(), shown.minimality, seed_);
  if (is_known(example)) return;
  try {
    saved_.push_back(counterexample::save_counterexample(folder_, example, shown.story, shown.why));
    known_.push_back({saved_.back(), example});
  } catch (const InputError& error) {
    problem_ = error.what();
  }
}

bool Saver::is_known(const counterexample::Counterexample& example) {
  const std::string name = counterexample::file_name_of(example);
  return std::any_of(known_.begin(), known_.end(), [&](const counterexample::CorpusFile& file) {
    return counterexample::file_name_of(file.example) == name ||
           counterexample::subsumes(file.example, example, model_, catalogue_);
  });
}

void Saver::finish() const {
  if (!problem_.empty()) throw InputError(problem_);
}

}  // namespace pincheck::command
