// SPDX-License-Identifier: MIT
// checker/report: uses checker/judge; used by checker/source/scan, checker/command.
// What `pincheck explore` reports.
#pragma once

#include <vector>

#include "checker/explore/explore.hpp"
#include "checker/generate/enumerate.hpp"
#include "checker/judge/campaign.hpp"
#include "checker/report/report.hpp"

namespace pincheck::report {

/// One scenario under one convention, every interleaving.
struct Exploration {
  judge::Cell cell;
  explore::ExploreResult result;
  std::vector<judge::Shown> shown;

  /// What is violated, nobody has to finish for; what is declared and missing, somebody has.
  ExitCode exit_code() const {
    if (cell.verdict == judge::Verdict::not_stated || cell.proved) return cell.exit_code();
    return cell.surprises() != 0 ? kDiffers : kNotFinished;
  }
};

/// All scenarios up to a bound.
struct Swept {
  std::uint64_t scenarios = 0;   ///< looked at under every convention
  std::uint64_t not_stated = 0;  ///< pairs of scenario and convention
  std::uint64_t vacuous = 0;     ///< pairs in which nothing is violated and some actor idle
  std::uint64_t unfinished = 0;  ///< pairs that took too much memory
  std::uint64_t states = 0;
  generate::Size largest;  ///< of the last scenario
  /// `finished` when there are no more within the bound, else what ended the sweep.
  explore::Explored ending = explore::Explored::finished;
  bool surprised = false;             ///< something was violated that is not declared
  std::vector<PropertySet> seen;      ///< violated, by convention
  std::vector<std::uint64_t> judged;  ///< pairs with a verdict about something, by convention
  bool complete() const { return ending == explore::Explored::finished; }
  ExitCode exit_code() const;
};

/// The verdict and what it took, without the stories.
std::string exploration_text(const Exploration&);
std::string sweep_text(const Swept&, const std::vector<Convention>&);

/// One scenario under conventions, each told as soon as it is known: no text is left.
class ExplorationsReport final : public Report, public HasStories, public HasCases {
 public:
  ExplorationsReport(const std::vector<Exploration>& all, ExitCode code) : all_(all), code_(code) {}
  std::string text() const override { return ""; }
  Json data() const override;
  std::vector<Told> stories() const override;
  std::vector<Suite> suites() const override;

 private:
  const std::vector<Exploration>& all_;
  ExitCode code_;
};

/// All scenarios up to a bound. `found`: the first to violate a property, each told already.
class SweepReport final : public Report, public HasStories, public HasCases {
 public:
  SweepReport(const Swept& swept, const std::vector<Convention>& conventions,
              const std::vector<Exploration>& found)
      : swept_(swept), conventions_(conventions), found_(found) {}
  std::string text() const override { return sweep_text(swept_, conventions_); }
  Json data() const override;
  std::vector<Told> stories() const override;
  std::vector<Suite> suites() const override;

 private:
  const Swept& swept_;
  const std::vector<Convention>& conventions_;
  const std::vector<Exploration>& found_;
};

}  // namespace pincheck::report
