// SPDX-License-Identifier: MIT
#include <algorithm>
#include <nlohmann/json.hpp>

#include "checker/report/exploration.hpp"
#include "checker/report/parts.hpp"

namespace pincheck::report {
namespace {

using Outcome = HasCases::Outcome;

Json names(const explore::Reductions& used) {
  Json out = Json::array();
  if (used.merge) out.push_back("merge");
  if (used.partial_order) out.push_back("partial-order");
  if (used.sleep) out.push_back("sleep");
  if (used.symmetry) out.push_back("symmetry");
  return out;
}

Json to_json(const Exploration& one) {
  const judge::Cell& cell = one.cell;
  const explore::ExploreResult& result = one.result;
  const bool stated = cell.verdict != judge::Verdict::not_stated;
  Json out{{"scenario", cell.scenario->name},
           {"convention", cell.convention->name},
           {"verdict", !stated || cell.proved ? judge::verdict_name(cell.verdict) : "not finished"},
           {"violated", report::names(cell.answer())},
           {"also_violated", report::names(cell.result.violated & ~cell.asked)},
           {"as_expected", one.exit_code() == kAsExpected},
           {"counterexamples", shown_data(one.shown)}};
  if (!stated) {
    out["not_stated"] = cell.not_stated;
    return out;
  }
  if (cell.verdict == judge::Verdict::vacuous) out["idle"] = idle(cell);
  const double states = static_cast<double>(std::max(result.states, std::uint64_t{1}));
  out["ending"] = explore::explored_name(result.ending);
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

Json to_json(const Swept& swept) {
  return {{"scenarios", swept.scenarios},   {"states", swept.states},
          {"not_stated", swept.not_stated}, {"vacuous", swept.vacuous},
          {"unfinished", swept.unfinished}, {"ending", explore::explored_name(swept.ending)},
          {"complete", swept.complete()},   {"as_expected", !swept.surprised}};
}

Json document(const std::vector<Exploration>& all) {
  Json out = header("explore");
  Json explorations = Json::array();
  for (const Exploration& one : all) explorations.push_back(to_json(one));
  out["explorations"] = explorations;
  return out;
}

std::vector<HasStories::Told> told(const std::vector<Exploration>& all) {
  std::vector<HasStories::Told> out;
  for (const Exploration& one : all)
    for (const auto& story : report::told(one.shown)) out.push_back(story);
  return out;
}

HasCases::Case case_of(const Exploration& one) {
  const bool open = !one.cell.proved && one.cell.verdict != judge::Verdict::not_stated;
  return report::case_of(one.cell, one.shown,
                         open ? std::string(explore::explored_name(one.result.ending)) : "");
}

/// Of all scenarios under one convention: what was found, and the first scenario that shows it.
HasCases::Case case_of(const Convention& convention, std::uint64_t judged,
                       const std::vector<Exploration>& found) {
  std::string name = "every scenario under " + convention.name;
  for (const Exploration& one : found)
    if (one.cell.convention == &convention && one.cell.surprises() != 0)
      return {std::move(name), Outcome::failed,
              "found, but not declared: " + judge::property_names(one.cell.surprises()),
              stories_text(one.shown, [](const judge::Shown&) { return true; })};
  if (judged == 0) return {std::move(name), Outcome::error, "nothing was judged"};
  return {std::move(name)};
}

}  // namespace

ExitCode Swept::exit_code() const {
  ExitCode code = surprised ? kDiffers : kAsExpected;
  if (!complete() || unfinished != 0) code = graver(code, kNotFinished);
  const bool empty = std::find(judged.begin(), judged.end(), 0U) != judged.end();
  return graver(code, empty ? kVacuous : kAsExpected);
}

Json ExplorationsReport::data() const {
  Json out = document(all_);
  out["exit_status"] = static_cast<int>(code_);
  return out;
}

std::vector<HasStories::Told> ExplorationsReport::stories() const { return told(all_); }

std::vector<HasCases::Suite> ExplorationsReport::suites() const {
  Suite suite{"explorations", {}};
  for (const Exploration& one : all_) suite.cases.push_back(case_of(one));
  return {suite};
}

Json SweepReport::data() const {
  Json out = document(found_);
  out["swept"] = to_json(swept_);
  out["exit_status"] = static_cast<int>(swept_.exit_code());
  return out;
}

std::vector<HasStories::Told> SweepReport::stories() const { return told(found_); }

std::vector<HasCases::Suite> SweepReport::suites() const {
  Suite suite{"sweep", {{"finished"}}};
  if (!swept_.complete())
    suite.cases.back() = {"finished", Outcome::error,
                          "not finished: " + std::string(explore::explored_name(swept_.ending))};
  else if (swept_.unfinished != 0)
    suite.cases.back() = {"finished", Outcome::error, "pairs not finished: memory",
                          std::to_string(swept_.unfinished) + " pairs\n"};
  for (std::size_t c = 0; c < conventions_.size(); ++c)
    suite.cases.push_back(case_of(conventions_[c], swept_.judged[c], found_));
  return {suite};
}

}  // namespace pincheck::report
