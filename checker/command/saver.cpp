// SPDX-License-Identifier: MIT
#include "checker/command/saver.hpp"

#include <algorithm>

namespace pincheck::command {

void Saver::save(const Shown& shown) {
  if (folder_.empty() || shown.livelock) return;
  const Counterexample example =
      make_counterexample(shown.story, *shown.conventions.front(), shown.minimality, seed_);
  if (is_known(example)) return;
  try {
    saved_.push_back(save_counterexample(folder_, example, shown.story, shown.why));
    known_.push_back({saved_.back(), example});
  } catch (const InputError& error) {
    problem_ = error.what();
  }
}

bool Saver::is_known(const Counterexample& example) {
  const std::string name = file_name_of(example);
  return std::any_of(known_.begin(), known_.end(), [&](const CorpusFile& file) {
    return file_name_of(file.example) == name ||
           subsumes(file.example, example, model_, catalogue_);
  });
}

void Saver::finish() const {
  if (!problem_.empty()) throw InputError(problem_);
}

}  // namespace pincheck::command
