// SPDX-License-Identifier: MIT
#include <nlohmann/json.hpp>

#include "checker/report/campaign.hpp"
#include "checker/report/parts.hpp"
#include "checker/report/statistics.hpp"

namespace pincheck::report {
namespace {

Json to_json(const judge::Cell& cell) {
  Json out{{"scenario", cell.scenario->name},
           {"convention", cell.convention->name},
           {"verdict", judge::verdict_name(cell.verdict)},
           {"says", cell_text(cell)},
           {"violated", names(cell.answer())},
           {"also_violated", names(cell.result.violated & ~cell.asked)},
           {"as_expected", cell.as_expected()},
           {"reasons", judge::reasons(*cell.convention, *cell.scenario, cell.answer())},
           {"proved", cell.proved},
           {"states", cell.states},
           {"schedules", cell.result.schedules},
           {"steps", cell.result.steps},
           {"operations_per_page", cell.operations_per_page}};
  if (!cell.not_stated.empty()) out["not_stated"] = cell.not_stated;
  if (cell.verdict == judge::Verdict::vacuous) out["idle"] = idle(cell);
  return out;
}

Json to_json(const judge::RandomPart& random, const std::vector<Convention>& conventions) {
  Json found = Json::array();
  for (std::size_t c = 0; c < random.violated.size(); ++c)
    found.push_back({{"convention", conventions[c].name},
                     {"violated", names(random.violated[c])},
                     {"not_declared", names(random.surprises[c])}});
  return {{"scenarios", random.scenarios}, {"schedules", random.schedules},
          {"steps", random.steps},         {"faults", random.faults},
          {"switches", random.switches},   {"not_stated", random.not_stated},
          {"idle", random.idle},           {"directed", random.directed},
          {"longest", random.longest},     {"conventions", found}};
}

Json to_json(const std::vector<counterexample::Replayed>& corpus) {
  Json failed = Json::array();
  for (const counterexample::Replayed& one : corpus)
    if (!one.replay.reproduced)
      failed.push_back({{"file", one.file.path}, {"problem", one.replay.problem}});
  return {{"files", corpus.size()}, {"not_reproduced", failed}};
}

}  // namespace

Json campaign_data(const judge::Campaign& campaign, const std::vector<Convention>& conventions,
                   const judge::CampaignOptions& options, std::string_view command) {
  Json out = header(command);
  out["seed"] = options.seed;
  Json cells = Json::array();
  for (const judge::Cell& cell : campaign.cells) cells.push_back(to_json(cell));
  out["cells"] = cells;
  out["counterexamples"] = shown_data(campaign.shown);
  if (command == "check") {
    out["corpus"] = to_json(campaign.corpus);
    out["saved"] = campaign.saved;
  }
  if (campaign.random.scenarios + campaign.random.directed > 0)
    out["random"] = to_json(campaign.random, conventions);
  Json unreached = Json::array();
  for (const search::Target& one : campaign.unreached) unreached.push_back(one.name);
  out["unreached"] = unreached;
  out["covers"] = campaign.covers;
  out["interrupted"] = campaign.ending == explore::Explored::interrupted;
  out["ending"] = explore::explored_name(campaign.ending);
  out["as_expected"] = campaign.exit_code() == kAsExpected;
  out["exit_status"] = static_cast<int>(campaign.exit_code());
  return out;
}

Json VerdictsReport::data() const {
  return campaign_data(campaign_, conventions_, options_, "verdicts");
}

Json CheckReport::data() const {
  Json out = campaign_data(campaign_, conventions_, options_, "check");
  if (manner_.statistics) out["statistics"] = statistics_data(campaign_, conventions_);
  return out;
}

std::string CheckReport::text() const {
  const std::string before =
      manner_.statistics ? statistics_text(campaign_, conventions_) : std::string();
  return before + (manner_.command ? screen_text(campaign_, conventions_, options_, manner_.command)
                                   : VerdictsReport::text());
}

std::vector<HasStories::Told> CheckReport::stories() const { return told(campaign_.shown); }

}  // namespace pincheck::report
