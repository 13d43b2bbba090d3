// SPDX-License-Identifier: MIT
// checker/command: uses checker/report, checker/export, checker/predict, checker/reproduce, checker/source/patch.
// checker/source/scan. What --save does.
#pragma once

#include <string>
#include <vector>

#include "checker/counterexample/corpus.hpp"
#include "checker/judge/stories.hpp"

namespace pincheck::command {

/// Saves counterexamples as they are found, so that a kill loses none. A disk that is full does not
/// stop the search: the last problem is told at the end.
class Saver {
 public:
  /// An empty folder saves nothing. `known`: those, and what they subsume, are not written again.
  Saver(const Model& model, Catalogue& catalogue, std::string folder, std::uint64_t seed,
        std::vector<counterexample::CorpusFile> known = {})
      : model_(model),
        catalogue_(catalogue),
        folder_(std::move(folder)),
        seed_(seed),
        known_(std::move(known)) {}
  void save(const judge::Shown&);
  const std::vector<std::string>& saved() const { return saved_; }
  /// Throws InputError when something could not be saved.
  void finish() const;

 private:
  bool is_known(const counterexample::Counterexample&);

  const Model& model_;
  Catalogue& catalogue_;
  std::string folder_;
  std::uint64_t seed_;
  std::vector<counterexample::CorpusFile> known_;
  std::vector<std::string> saved_;
  std::string problem_;
};

}  // namespace pincheck::command
