// SPDX-License-Identifier: MIT
// checker/command: uses checker/report, checker/export, checker/predict, checker/reproduce, checker/source/patch.
// checker/source/scan. What `check` and `verdicts` have in common: the table.
#pragma once

#include "checker/command/chosen.hpp"
#include "checker/judge/campaign.hpp"
#include "checker/render/terminal.hpp"
#include "checker/report/printer.hpp"

namespace pincheck::command {

/// What is to be judged, and how.
struct Selection {
  void declare(const Arguments&);
  /// For those who look further than the table: random scenarios, coverage, time.
  void declare_further(const Arguments&);

  std::vector<std::string> conventions;
  std::vector<std::string> scenarios;
  WhatIf what_if;
  judge::CampaignOptions options;
};

/// The campaign, from when its arguments are known.
struct Judging {
  /// Throws InputError.
  explicit Judging(const Selection&);
  /// Shows progress, and tells of what nobody declared.
  judge::Watcher watcher(std::function<void(const judge::Shown&)> shown = [](const judge::Shown&) {
  });
  /// Judges every cell. Returns the table, for people.
  std::string judge(const judge::Watcher&);
  /// Tells what the cells found; of all scenarios searches random ones, too, and of all conventions
  /// what that has not reached.
  void look_further(const judge::Watcher&);
  /// Nothing is looked for any more.
  void close();
  /// What tells a cell's story: "pincheck explore SCENARIO --convention CONVENTION".
  std::string command(const judge::Cell&) const;

  const Selection& selection;
  const Model model = make_model();
  const std::vector<Convention> conventions;
  const std::vector<Scenario> scenarios;
  judge::CampaignOptions options;
  Catalogue catalogue;
  judge::Campaign campaign;
  render::Progress progress;
};

}  // namespace pincheck::command
