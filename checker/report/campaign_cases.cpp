// SPDX-License-Identifier: MIT
// What `check` and `verdicts` report as cases. All are good when the exit status is 0.
#include <algorithm>

#include "checker/report/campaign.hpp"
#include "checker/report/parts.hpp"

namespace pincheck::report {
namespace {

using Suite = HasCases::Suite;

Suite random_suite(const judge::Campaign& campaign, const std::vector<Convention>& conventions) {
  Suite suite{"random scenarios", {}};
  const judge::RandomPart& random = campaign.random;
  for (std::size_t c = 0; c < random.surprises.size(); ++c) {
    const PropertySet found = random.surprises[c];
    const auto is_one = [&](const judge::Shown& shown) {
      return shown.story.scenario.name == "generated" && (shown.violated & found) != 0 &&
             shown.conventions.front() == &conventions[c];
    };
    suite.cases.push_back(failed_if(found != 0, "random scenarios under " + conventions[c].name,
                                    "found, but not declared: " + judge::property_names(found),
                                    stories_text(campaign.shown, is_one)));
  }
  return suite;
}

Suite run_suite(const judge::Campaign& campaign) {
  Suite suite{"run", {{"finished"}}};
  if (campaign.cut)
    suite.cases.back() = {"finished", HasCases::Outcome::error,
                          "not finished: " + std::string(explore::explored_name(campaign.ending))};
  if (!campaign.covers) return suite;
  std::string targets;
  for (const search::Target& one : campaign.unreached) targets += one.name + "\n";
  suite.cases.push_back(failed_if(!campaign.unreached.empty(), "coverage",
                                  plural(campaign.unreached.size(), "target") + " never reached",
                                  targets));
  return suite;
}

}  // namespace

std::vector<HasCases::Suite> VerdictsReport::suites() const {
  Suite verdicts{"verdicts", {}};
  for (const judge::Cell& cell : campaign_.cells)
    verdicts.cases.push_back(case_of(cell, campaign_.shown));
  Suite corpus{"corpus", {}};
  for (const counterexample::Replayed& one : campaign_.corpus)
    corpus.cases.push_back(failed_if(!one.replay.reproduced, one.file.path, one.replay.problem));
  std::vector<Suite> all{std::move(verdicts), std::move(corpus),
                         random_suite(campaign_, conventions_), run_suite(campaign_)};
  std::erase_if(all, [](const Suite& suite) { return suite.cases.empty(); });
  return all;
}

}  // namespace pincheck::report
