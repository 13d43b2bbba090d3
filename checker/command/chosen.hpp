// SPDX-License-Identifier: MIT
// What the commands share: their arguments, what those choose, and how they print.
#pragma once

#include <string>
#include <vector>

#include "checker/campaign.hpp"
#include "checker/counterexample/corpus.hpp"
#include "checker/enumerate.hpp"
#include "checker/exit_code.hpp"
#include "checker/explore/explore.hpp"

namespace pincheck {

struct Arguments {
  std::vector<std::string> conventions;
  std::vector<std::string> scenarios;
  std::vector<std::string> files;
  std::vector<std::string> traces;
  std::string kernel = "6.12";  ///< of the traces
  std::string what;
  std::string save;    ///< folder for counterexamples
  std::string output;  ///< file for the result
  bool refind = false;
  bool prune = false;
  std::string chk;
  std::string zp;
  CampaignOptions options;
  ExploreOptions exploring;
  Bounds bounds{.actors = 0, .pages = 0};  ///< explore: all 0 where a scenario is given
  bool json = false;
};

Model make_model();
/// The conventions and scenarios that the arguments name, all shipped ones if none. Throw
/// InputError.
std::vector<Convention> chosen_conventions(const Arguments&, const Model&);
std::vector<Scenario> chosen_scenarios(const Arguments&, const Model&);
/// A scenario that a convention speaks of must be shipped or among those being judged.
void check_expected_scenarios(const std::vector<Convention>&, const std::vector<Scenario>& judged,
                              const Model&);

/// Errors show at the end, in main: what can still be saved goes first.
void print(const std::string& text);
int terminal_width();

/// Saves counterexamples as they are found, so that a kill loses none. A disk that is full does not
/// stop the search: the last problem is told at the end.
class Saver {
 public:
  /// An empty folder saves nothing. `known`: those, and what they subsume, are not written again.
  Saver(const Model& model, Catalogue& catalogue, std::string folder, std::uint64_t seed,
        std::vector<CorpusFile> known = {})
      : model_(model),
        catalogue_(catalogue),
        folder_(std::move(folder)),
        seed_(seed),
        known_(std::move(known)) {}
  void save(const Shown&);
  const std::vector<std::string>& saved() const { return saved_; }
  /// Throws InputError when something could not be saved.
  void finish() const;

 private:
  bool is_known(const Counterexample&);

  const Model& model_;
  Catalogue& catalogue_;
  std::string folder_;
  std::uint64_t seed_;
  std::vector<CorpusFile> known_;
  std::vector<std::string> saved_;
  std::string problem_;
};

ExitCode run_check(const Arguments&, bool whole);
ExitCode run_explore(const Arguments&);
ExitCode run_replay(const Arguments&);
ExitCode run_shrink(const Arguments&);
ExitCode run_corpus(const Arguments&);
ExitCode run_predict(const Arguments&);
ExitCode run_reproduce(const Arguments&);

}  // namespace pincheck
