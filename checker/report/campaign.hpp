// SPDX-License-Identifier: MIT
// checker/report: uses checker/judge; used by checker/source/scan, checker/command.
// What `check` and `verdicts` report.
#pragma once

#include "checker/judge/campaign.hpp"
#include "checker/report/report.hpp"

namespace pincheck::report {

/// What the table says of a cell: "ok 4", "ok~4" where not proved, "refused", "UNPIN"; a '!' marks
/// what was not declared.
std::string cell_text(const judge::Cell&);
/// The verdict table, in blocks of at most `width` columns, with a legend of codes.
std::string table_text(const std::vector<judge::Cell>&, const std::vector<Convention>&, int width);
/// How many of the corpus's files reproduce, and which do not, why.
std::string corpus_text(const std::vector<counterexample::Replayed>&);
/// The random part: how much, how it was distributed, the PCT bound, what was found.
std::string random_text(const judge::Campaign&, const std::vector<Convention>&);
/// What was saved, what was never reached, which verdicts differ or are about nothing, and at the
/// end what the exit status says, in words.
std::string closing_text(const judge::Campaign&, const judge::CampaignOptions&);

/// The document of a command that runs one: `check`, `verdicts`, `report`.
Json campaign_data(const judge::Campaign&, const std::vector<Convention>&,
                   const judge::CampaignOptions&, std::string_view command);

/// Its text is what comes below the table.
class VerdictsReport : public Report, public HasCases {
 public:
  VerdictsReport(const judge::Campaign& campaign, const std::vector<Convention>& conventions,
                 const judge::CampaignOptions& options)
      : campaign_(campaign), conventions_(conventions), options_(options) {}
  std::string text() const override;
  Json data() const override;
  std::vector<Suite> suites() const override;

 protected:
  const judge::Campaign& campaign_;
  const std::vector<Convention>& conventions_;
  const judge::CampaignOptions& options_;
};

class CheckReport final : public VerdictsReport, public HasStories {
 public:
  using VerdictsReport::VerdictsReport;
  Json data() const override;
  std::vector<Told> stories() const override;
};

}  // namespace pincheck::report
