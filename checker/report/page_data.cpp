// SPDX-License-Identifier: MIT
// The document that the page shows; ../report/output.schema.json describes it.
#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "checker/judge/what_if.hpp"
#include "checker/render/render.hpp"
#include "checker/report/page.hpp"
#include "checker/report/parts.hpp"
#include "checker/search/coverage.hpp"
#include "model/compile/files.hpp"

namespace pincheck::report {
namespace {

Json to_json(const Convention& convention) {
  Json rules = Json::array();
  for (const Rule& rule : rules_of(convention))
    rules.push_back({{"key", rule.key}, {"is", rule.is}});
  return {{"name", convention.name},
          {"label", convention.label},
          {"title", convention.title},
          {"source", convention.source},
          {"rules", rules}};
}

/// The names of pages that a part of the scenario lists.
Json page_names(const Scenario& scenario, const std::vector<int>& pages) {
  Json names = Json::array();
  for (const int page : pages) names.push_back(scenario.pages[page].name);
  return names;
}

Json actor_json(const Scenario& scenario, const ActorSpec& actor,
                const std::vector<Convention>& conventions) {
  std::set<std::string> kinds;
  for (const Convention& convention : conventions)
    if (std::string kind = seen_kind(convention, actor); !kind.empty())
      kinds.insert(std::move(kind));
  return {{"name", actor.name},
          {"path", actor.path},
          {"caller", actor.caller},
          {"kinds", kinds},
          {"pages", page_names(scenario, actor.pages)},
          {"async", actor.async}};
}

Json to_json(const Scenario& scenario, const std::vector<Convention>& conventions) {
  Json pages = Json::array();
  for (const PageSpec& page : scenario.pages)
    pages.push_back(
        {{"name", page.name}, {"backing", backing_name(page.backing)}, {"order", page.order}});
  Json actors = Json::array();
  for (const ActorSpec& actor : scenario.actors)
    actors.push_back(actor_json(scenario, actor, conventions));
  return {{"name", scenario.name}, {"title", scenario.title}, {"claim", scenario.claim},
          {"asks", scenario.asks}, {"pages", pages},          {"actors", actors},
          {"bias", scenario.bias}};
}

/// Names and what they are, of anything that has both.
template <class All>
Json words_of(const All& all) {
  Json out = Json::object();
  for (const auto& one : all) out[std::string(one.name)] = one.summary;
  return out;
}

std::uint64_t times(const std::vector<std::uint64_t>& visits, std::size_t number) {
  return number < visits.size() ? visits[number] : 0;
}

/// How often each outcome and meeting was reached.
Json coverage_json(const Catalogue& catalogue, const search::Visits& visits) {
  Json outcomes = Json::array();
  for (std::size_t i = 0; i < catalogue.entries().size(); ++i) {
    const Catalogue::Entry& entry = catalogue.entries()[i];
    outcomes.push_back({{"step", entry.step},
                        {"outcome", entry.outcome},
                        {"function", entry.function},
                        {"fault", entry.fault},
                        {"times", times(visits.outcomes, i)}});
  }
  Json meetings = Json::array();
  for (std::size_t i = 0; i < catalogue.meetings().size(); ++i) {
    const std::string& name = catalogue.meetings()[i];
    const std::size_t path = name.find(' ');
    const std::size_t caller = name.find(' ', path + 1);
    meetings.push_back({{"path", name.substr(0, path)},
                        {"caller", name.substr(path + 1, caller - path - 1)},
                        {"kind", name.substr(caller + 1)},
                        {"times", times(visits.meetings, i)}});
  }
  Json unreachable = Json::array();
  for (const search::Unreachable& one : search::unreachable())
    if (search::names_something(one, catalogue))
      unreachable.push_back({{"step", one.step}, {"outcome", one.outcome}, {"reason", one.reason}});
  return {{"outcomes", outcomes}, {"meetings", meetings}, {"unreachable", unreachable}};
}

/// Stories that several conventions have, each once.
class Shared {
 public:
  void add(Json story, const Convention& convention) {
    const auto [at, fresh] = known_.try_emplace(story.dump(), all_.size());
    if (fresh) all_.push_back(std::move(story));
    all_[at->second]["conventions"].push_back(convention.name);
  }
  Json all() { return std::move(all_); }

 private:
  Json all_ = Json::array();
  std::map<std::string, std::size_t> known_;
};

/// How each cell goes in which nothing is violated.
Json runs_json(const std::vector<judge::Cell>& cells, const Model& model) {
  Catalogue catalogue;
  Shared runs;
  for (const judge::Cell& cell : cells) {
    if (cell.answer() != 0 || cell.verdict == judge::Verdict::not_stated) continue;
    const Json told = render::render_json(
        judge::undisturbed(*cell.scenario, *cell.convention, model, catalogue), {});
    runs.add({{"scenario", told["scenario"]},
              {"threads", told["threads"]},
              {"start", told["start"]},
              {"steps", told["steps"]}},
             *cell.convention);
  }
  return runs.all();
}

/// How each counterexample goes in the cells of its scenario that do not violate the same.
Json same_order_json(const judge::Campaign& campaign, const Model& model) {
  Catalogue catalogue;
  Shared stories;
  for (std::size_t i = 0; i < campaign.shown.size(); ++i) {
    const judge::Shown& example = campaign.shown[i];
    for (const judge::Cell& cell : campaign.cells) {
      if (cell.scenario->name != example.story.scenario.name || example.livelock ||
          (cell.answer() & example.violated) != 0 || cell.verdict == judge::Verdict::not_stated)
        continue;
      const judge::Shown other = judge::same_order(example, *cell.convention, model, catalogue);
      stories.add({{"of", i}, {"story", render::render_json(other.story, other.why)}},
                  *cell.convention);
    }
  }
  return stories.all();
}

}  // namespace

std::string PageReport::text() const {
  return conclusion_text(campaign_, options_) + fmt::format("The page: {}\n", about_.file);
}

Json PageReport::data() const {
  Json out = campaign_data(campaign_, conventions_, options_, "report");
  for (std::size_t i = 0; i < campaign_.cells.size(); ++i)
    out["cells"][i]["command"] = about_.command(campaign_.cells[i]);
  out["conventions"] = Json::array();
  for (const Convention& one : conventions_) out["conventions"].push_back(to_json(one));
  out["scenarios"] = Json::array();
  for (const Scenario& one : about_.scenarios)
    out["scenarios"].push_back(to_json(one, conventions_));
  out["property_list"] = Json::array();
  for (const Property& one : properties())
    out["property_list"].push_back(
        {{"name", one.name}, {"code", one.code}, {"holds_when", one.holds_when}});
  out["kinds"] = words_of(about_.model.kinds);
  out["callers"] = words_of(callers());
  out["paths"] = words_of(paths());
  out["runs"] = runs_json(campaign_.cells, about_.model);
  out["same_order"] = same_order_json(campaign_, about_.model);
  out["coverage"] = coverage_json(about_.catalogue, campaign_.visits);
  out["traces"] = about_.traces;
  return out;
}

std::vector<HasStories::Told> PageReport::stories() const { return told(campaign_.shown); }

}  // namespace pincheck::report
