// SPDX-License-Identifier: MIT
#include <algorithm>
#include <nlohmann/json.hpp>

#include "checker/exploration.hpp"
#include "checker/render/render.hpp"
#include "checker/report.hpp"
#include "checker/version.hpp"

namespace pincheck {
namespace {

using Json = nlohmann::ordered_json;

Json names(PropertySet set) {
  Json out = Json::array();
  const auto& all = properties();
  for (std::size_t i = 0; i < all.size(); ++i)
    if ((set >> i & 1) != 0) out.push_back(all[i].name);
  return out;
}

Json header(std::string_view command) {
  return {{"pincheck", kVersion}, {"format", kJsonFormat}, {"command", command}};
}

/// Actors that did nothing, and why.
Json idle(const Cell& cell) {
  Json out = Json::array();
  for (const IdleActor& one : cell.idle)
    out.push_back({{"actor", cell.scenario->actors[one.actor].name},
                   {"lacks", lack_name(one.lacks)},
                   {"refused", one.refused},
                   {"why", one.why}});
  return out;
}

Json to_json(const Cell& cell) {
  Json out{{"scenario", cell.scenario->name},
           {"convention", cell.convention->name},
           {"verdict", verdict_name(cell.verdict)},
           {"violated", names(cell.answer())},
           {"also_violated", names(cell.result.violated & ~cell.asked)},
           {"as_expected", cell.as_expected()},
           {"proved", cell.proved},
           {"states", cell.states},
           {"schedules", cell.result.schedules},
           {"steps", cell.result.steps},
           {"operations_per_page", cell.operations_per_page}};
  if (!cell.not_stated.empty()) out["not_stated"] = cell.not_stated;
  if (cell.verdict == Verdict::vacuous) out["idle"] = idle(cell);
  return out;
}

Json to_json(const Shown& shown) {
  Json out = render_json(shown.story, shown.why);
  Json conventions = Json::array();
  for (const Convention* convention : shown.conventions) conventions.push_back(convention->name);
  out["violated"] = names(shown.violated);
  out["conventions"] = conventions;
  out["expected"] = shown.expected;
  out["minimal"] = minimality_name(shown.minimality);
  out["livelock"] = shown.livelock;
  out["shrunk_from"] = shown.original_steps;
  return out;
}

Json to_json(const RandomPart& random, const std::vector<Convention>& conventions) {
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

Json names(const Reductions& used) {
  Json out = Json::array();
  if (used.merge) out.push_back("merge");
  if (used.partial_order) out.push_back("partial-order");
  if (used.sleep) out.push_back("sleep");
  if (used.symmetry) out.push_back("symmetry");
  return out;
}

Json to_json(const Exploration& one) {
  const Cell& cell = one.cell;
  const ExploreResult& result = one.result;
  const bool stated = cell.verdict != Verdict::not_stated;
  Json shown = Json::array();
  for (const Shown& each : one.shown) shown.push_back(to_json(each));
  Json out{{"scenario", cell.scenario->name},
           {"convention", cell.convention->name},
           {"verdict", !stated || cell.proved ? verdict_name(cell.verdict) : "not finished"},
           {"violated", names(cell.answer())},
           {"also_violated", names(cell.result.violated & ~cell.asked)},
           {"as_expected", one.exit_code() == kAsExpected},
           {"counterexamples", shown}};
  if (!stated) {
    out["not_stated"] = cell.not_stated;
    return out;
  }
  if (cell.verdict == Verdict::vacuous) out["idle"] = idle(cell);
  const double states = static_cast<double>(std::max(result.states, std::uint64_t{1}));
  out["ending"] = explored_name(result.ending);
  out["states"] = result.states;
  out["steps"] = result.steps;
  out["resumed_at"] = result.resumed_at;
  out["seconds_cpu"] = result.cpu_seconds;
  out["bytes"] = result.bytes;
  out["bytes_per_state"] = static_cast<double>(result.bytes) / states;
  out["missed"] = result.missed;
  out["reductions"] = names(result.reductions);
  out["reads_not_stated"] = result.unstated;
  out["symmetries"] = result.symmetries;
  return out;
}

Json to_json(const std::vector<Replayed>& corpus) {
  Json failed = Json::array();
  for (const Replayed& one : corpus)
    if (!one.replay.reproduced)
      failed.push_back({{"file", one.file.path}, {"problem", one.replay.problem}});
  return {{"files", corpus.size()}, {"not_reproduced", failed}};
}

Json to_json(const Swept& swept) {
  return {{"scenarios", swept.scenarios},   {"states", swept.states},
          {"not_stated", swept.not_stated}, {"vacuous", swept.vacuous},
          {"unfinished", swept.unfinished}, {"ending", explored_name(swept.ending)},
          {"complete", swept.complete()},   {"as_expected", !swept.surprised}};
}

}  // namespace

std::string check_json(const Campaign& campaign, const std::vector<Convention>& conventions,
                       const CampaignOptions& options, std::string_view command) {
  Json out = header(command);
  out["seed"] = options.seed;
  Json cells = Json::array();
  for (const Cell& cell : campaign.cells) cells.push_back(to_json(cell));
  out["cells"] = cells;
  Json shown = Json::array();
  for (const Shown& one : campaign.shown) shown.push_back(to_json(one));
  out["counterexamples"] = shown;
  if (command == "check") {
    out["corpus"] = to_json(campaign.corpus);
    out["saved"] = campaign.saved;
  }
  if (campaign.random.scenarios + campaign.random.directed > 0)
    out["random"] = to_json(campaign.random, conventions);
  Json unreached = Json::array();
  for (const Target& one : campaign.unreached) unreached.push_back(one.name);
  out["unreached"] = unreached;
  out["covers"] = campaign.covers;
  out["interrupted"] = campaign.ending == Explored::interrupted;
  out["ending"] = explored_name(campaign.ending);
  out["as_expected"] = campaign.exit_code() == kAsExpected;
  out["exit_status"] = static_cast<int>(campaign.exit_code());
  return out.dump(2) + "\n";
}

std::string explore_json(const std::vector<Exploration>& all, const Swept* swept, ExitCode code) {
  Json out = header("explore");
  Json explorations = Json::array();
  for (const Exploration& one : all) explorations.push_back(to_json(one));
  out["explorations"] = explorations;
  if (swept != nullptr) out["swept"] = to_json(*swept);
  out["exit_status"] = static_cast<int>(code);
  return out.dump(2) + "\n";
}

std::string replay_json(const Replay& replay, const Counterexample& example) {
  Json out = header("replay");
  out["reproduced"] = replay.reproduced;
  out["problem"] = replay.problem;
  out["convention"] = example.convention.name;
  out["seed"] = example.seed;
  out["story"] = render_json(replay.story, replay.why);
  return out.dump(2) + "\n";
}

std::string corpus_json(const std::vector<CorpusLine>& lines, bool pruned) {
  Json out = header("corpus");
  Json files = Json::array();
  for (const CorpusLine& line : lines) {
    const Replayed& one = *line.replayed;
    Json file{{"file", one.file.path},
              {"property", one.file.example.property},
              {"scenario", one.file.example.scenario.name},
              {"convention", one.file.example.convention.name},
              {"minimal", minimality_name(one.file.example.minimality)},
              {"steps", one.file.example.schedule.size()},
              {"reproduced", one.replay.reproduced},
              {"problem", one.replay.problem}};
    if (line.subsumer != nullptr) file["subsumed_by"] = line.subsumer->file.path;
    file["removed"] = pruned && line.subsumer != nullptr;
    files.push_back(std::move(file));
  }
  out["files"] = files;
  return out.dump(2) + "\n";
}

std::string shrink_json(const Shrunk& shrunk) {
  Json out = header("shrink");
  out["output"] = shrunk.output;
  out["written"] = shrunk.written;
  out["convention"] = shrunk.best.convention.name;
  out["minimal"] = minimality_name(shrunk.minimal.minimality);
  out["steps"] = {{"before", shrunk.given.schedule.size()}, {"after", shrunk.best.schedule.size()}};
  out["parts"] = {{"before", parts(shrunk.given.scenario)}, {"after", parts(shrunk.best.scenario)}};
  out["schedules_tried"] = shrunk.minimal.replays;
  out["scenarios_searched"] = shrunk.minimal.scenarios;
  out["story"] = render_json(shrunk.story, shrunk.why);
  return out.dump(2) + "\n";
}

std::string list_json(const std::string& what, const std::vector<Listing>& all) {
  Json out = header("list");
  out["what"] = what;
  Json items = Json::array();
  for (const Listing& one : all) items.push_back({{"name", one.name}, {"text", one.text}});
  out["items"] = items;
  return out.dump(2) + "\n";
}

}  // namespace pincheck
