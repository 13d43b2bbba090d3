// SPDX-License-Identifier: MIT
// What `check` and `verdicts` have in common: the table.
#pragma once

#include "checker/campaign.hpp"
#include "checker/command/chosen.hpp"
#include "checker/report/printer.hpp"
#include "checker/terminal.hpp"

namespace pincheck::command {

/// What is to be judged, and how.
struct Selection {
  void declare(const Arguments&);

  std::vector<std::string> conventions;
  std::vector<std::string> scenarios;
  WhatIf what_if;
  CampaignOptions options;
};

/// The campaign, from when its arguments are known.
struct Judging {
  /// Throws InputError.
  explicit Judging(const Selection&);
  /// Shows progress, and tells of what nobody declared.
  Watcher watcher(std::function<void(const Shown&)> shown = [](const Shown&) {});
  /// Judges every cell. Returns the table, for people.
  std::string judge(const Watcher&);
  /// Nothing is looked for any more.
  void close();

  const Model model = make_model();
  const std::vector<Convention> conventions;
  const std::vector<Scenario> scenarios;
  CampaignOptions options;
  Catalogue catalogue;
  Campaign campaign;
  Progress progress;
};

}  // namespace pincheck::command
