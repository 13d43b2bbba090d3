// SPDX-License-Identifier: MIT
// checker/report: uses checker/judge; used by checker/source/scan, checker/command.
// What `pincheck report` reports, and the page that shows it.
#pragma once

#include "checker/report/campaign.hpp"
#include "model/compile/compile.hpp"

namespace pincheck::report {

/// What was asked, besides the conventions: what the page names and counts.
struct About {
  const std::vector<Scenario>& scenarios;
  const Model& model;
  const Catalogue& catalogue;  ///< all that the campaign has compiled
  const Json& traces;          ///< what `trace` says of each that was given
  std::string file;            ///< where the page goes
  Command command;             ///< what tells a cell's story on a terminal
};

/// Everything of `check` but the corpus, with what a reader needs to know of the names in it.
class PageReport final : public VerdictsReport, public HasStories {
 public:
  PageReport(const judge::Campaign& campaign, const std::vector<Convention>& conventions,
             const judge::CampaignOptions& options, const About& about)
      : VerdictsReport(campaign, conventions, options), about_(about) {}
  /// What the exit status says, and where the page is.
  std::string text() const override;
  Json data() const override;
  std::vector<Told> stories() const override;

 private:
  const About& about_;
};

/// An HTML file that shows such a document, and needs nothing but a browser.
std::string page_of(const Json& document);

}  // namespace pincheck::report
