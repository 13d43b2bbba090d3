// SPDX-License-Identifier: MIT
// What `check` and `verdicts` say at the end.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "checker/render/words.hpp"
#include "checker/report/campaign.hpp"

namespace pincheck::report {
namespace {

constexpr std::size_t kWidth = 78;

std::string indented(const std::string& text) {
  std::string out;
  for (const std::string& line : render::wrapped(text, kWidth)) out += "  " + line + "\n";
  return out;
}

/// Cells by scenario and by what is said of each, so that conventions which agree share it.
class Sayings {
 public:
  void add(const judge::Cell& cell, const std::string& what) {
    auto& names = conventions_[{cell.scenario->name, what}];
    if (names.empty()) order_.emplace_back(cell.scenario->name, what);
    names.push_back(cell.convention->name);
  }
  std::string text(std::string_view verdict) const {
    std::string out;
    for (const auto& key : order_)
      out += fmt::format("{}: {}\n{}{}", key.first, verdict,
                         indented(fmt::format("under {}", fmt::join(conventions_.at(key), ", "))),
                         indented(key.second));
    return out;
  }

 private:
  using Key = std::pair<std::string, std::string>;
  std::vector<Key> order_;
  std::map<Key, std::vector<std::string>> conventions_;
};

std::string not_finished(const judge::Campaign& campaign, const judge::CampaignOptions& options) {
  if (!campaign.cut) return "";
  std::string out =
      campaign.ending == explore::Explored::interrupted
          ? "Interrupted: what is above was found until then.\n"
          : fmt::format("Not finished: the budget of {:g} s is used up.\n", options.budget_seconds);
  if (campaign.random.scenarios != 0)
    out += fmt::format("Of {} random scenarios {} were tried.\n", options.cases,
                       campaign.random.scenarios);
  return out + "Nothing is said about coverage.\n";
}

std::size_t count(const judge::Campaign& campaign, judge::Verdict verdict) {
  return static_cast<std::size_t>(
      std::count_if(campaign.cells.begin(), campaign.cells.end(),
                    [&](const judge::Cell& cell) { return cell.verdict == verdict; }));
}

std::string lost_text(const judge::Campaign& campaign) {
  const auto lost =
      std::count_if(campaign.corpus.begin(), campaign.corpus.end(),
                    [](const counterexample::Replayed& one) { return !one.replay.reproduced; });
  return lost == 0 ? ""
                   : fmt::format("{} counterexample{} of the corpus not reproduced\n", lost,
                                 lost == 1 ? "" : "s");
}

}  // namespace

std::string difference_text(const judge::Cell& cell) {
  std::string out;
  if (cell.missing() != 0)
    out += fmt::format("{} under {}: declared, but not found: {}\n", cell.scenario->name,
                       cell.convention->name, judge::property_names(cell.missing()));
  if (cell.surprises() != 0)
    out += fmt::format("{} under {}: found, but not declared: {}\n", cell.scenario->name,
                       cell.convention->name, judge::property_names(cell.surprises()));
  return out;
}

std::string about_nothing_text(const judge::Campaign& campaign) {
  Sayings vacuous;
  Sayings not_stated;
  for (const judge::Cell& cell : campaign.cells) {
    if (cell.verdict == judge::Verdict::not_stated) not_stated.add(cell, cell.not_stated);
    if (cell.verdict != judge::Verdict::vacuous) continue;
    for (const judge::IdleActor& one : cell.idle)
      vacuous.add(cell, (cell.proved ? "" : "not shown to do anything: ") + one.why);
  }
  return vacuous.text("vacuous") + not_stated.text("not stated");
}

std::string conclusion_text(const judge::Campaign& campaign,
                            const judge::CampaignOptions& options) {
  if (campaign.exit_code() == kAsExpected) return "Every verdict is as the conventions declare.\n";
  std::string out;
  if (!campaign.as_declared()) out += "Some verdicts differ from what is declared.\n";
  out += not_finished(campaign, options);
  if (const std::size_t vacuous = count(campaign, judge::Verdict::vacuous))
    out += fmt::format("Vacuous: {} verdict{} about nothing, since an actor does nothing.\n",
                       vacuous, vacuous == 1 ? " is" : "s are");
  if (const std::size_t silent = count(campaign, judge::Verdict::not_stated))
    out += fmt::format("Not stated: {} pair{} of scenario and convention.\n", silent,
                       silent == 1 ? "" : "s");
  if (!campaign.unreached.empty())
    out += fmt::format("Coverage is not complete: {} never reached.\n", campaign.unreached.size());
  return out;
}

std::string closing_text(const judge::Campaign& campaign, const judge::CampaignOptions& options) {
  std::string out;
  for (const auto& path : campaign.saved) out += fmt::format("\nsaved {}", path);
  if (!campaign.saved.empty()) out += "\n";
  for (const search::Target& one : campaign.unreached)
    out += fmt::format("never reached: {}\n", one.name);
  out += about_nothing_text(campaign);
  for (const judge::Cell& cell : campaign.cells) out += difference_text(cell);
  return out + lost_text(campaign) + "\n" + conclusion_text(campaign, options);
}

}  // namespace pincheck::report
