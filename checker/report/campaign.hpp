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
std::string table_text(const std::vector<judge::Cell>&, const std::vector<Convention>&,
                       std::size_t width);
/// How many of the corpus's files reproduce, and which do not, why.
std::string corpus_text(const std::vector<counterexample::Replayed>&);
/// The random part: how much, how it was distributed, the PCT bound, what was found.
std::string random_text(const judge::Campaign&, const std::vector<Convention>&);
/// What differs from what is declared of a cell; "" where nothing does. Lines.
std::string difference_text(const judge::Cell&);
/// Cells in which nothing is violated and nothing happens, or that no convention states.
std::string about_nothing_text(const judge::Campaign&);
/// What the exit status says: all that applies, the gravest first.
std::string conclusion_text(const judge::Campaign&, const judge::CampaignOptions&);
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

/// How a person asks for more about a cell: the command that tells its story.
using Command = std::function<std::string(const judge::Cell&)>;

/// Of `check` in a screen: what was looked at, what differs from what is declared, and for each
/// finding the command that tells its story.
std::string screen_text(const judge::Campaign&, const std::vector<Convention>&,
                        const judge::CampaignOptions&, const Command&);

class CheckReport final : public VerdictsReport, public HasStories {
 public:
  struct Manner {
    Command command{};        ///< the text is the screen; without, everything below the table
    bool statistics = false;  ///< they are in it, too
  };
  CheckReport(const judge::Campaign& campaign, const std::vector<Convention>& conventions,
              const judge::CampaignOptions& options, Manner manner)
      : VerdictsReport(campaign, conventions, options), manner_(std::move(manner)) {}
  std::string text() const override;
  Json data() const override;
  std::vector<Told> stories() const override;

 private:
  Manner manner_;
};

}  // namespace pincheck::report
