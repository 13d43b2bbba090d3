// SPDX-License-Identifier: MIT
#include "checker/report/parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "checker/render/render.hpp"
#include "checker/render/terminal.hpp"
#include "model/base/version.hpp"
#include "model/compile/files.hpp"

namespace pincheck::report {
namespace {

using Outcome = HasCases::Outcome;

Json to_json(const judge::Shown& shown) {
  Json out = render::render_json(shown.story, shown.why);
  Json conventions = Json::array();
  for (const Convention* convention : shown.conventions) conventions.push_back(convention->name);
  out["violated"] = names(shown.violated);
  out["conventions"] = conventions;
  out["expected"] = shown.expected;
  out["minimal"] = shrinkers::minimality_name(shown.minimality);
  out["livelock"] = shown.livelock;
  out["shrunk_from"] = shown.original_steps;
  out["file"] = write_scenario(shown.story.scenario, "");
  return out;
}

std::string length_text(const judge::Shown& shown) {
  std::string steps = fmt::format("{} steps", shown.story.steps.size());
  if (shown.livelock) return steps;
  return fmt::format("{}; {}", steps, proof_text(shown.minimality));
}

/// Whose it is, and what is proved.
std::string standing_text(const judge::Shown& shown) {
  std::string who;
  for (const Convention* convention : shown.conventions)
    who += (who.empty() ? "" : ", ") + convention->name;
  return fmt::format("  under {}\n  {}\n", who, length_text(shown));
}

/// A scenario that no file has.
std::string generated_text(const Scenario& of) {
  if (of.name != "generated") return "";
  std::string scenario = write_scenario(of, "");
  for (std::size_t at = 0; (at = scenario.find('\n', at)) + 1 < scenario.size(); ++at)
    scenario.insert(at + 1, "    ");
  return "    " + scenario;
}

bool is_of(const judge::Shown& shown, const judge::Cell& cell) {
  return shown.story.scenario.name == cell.scenario->name &&
         std::find(shown.conventions.begin(), shown.conventions.end(), cell.convention) !=
             shown.conventions.end();
}

}  // namespace

Json header(std::string_view command) {
  return {{"pincheck", kVersion}, {"format", kJsonFormat}, {"command", command}};
}

Json names(PropertySet set) {
  Json out = Json::array();
  const auto& all = properties();
  for (std::size_t i = 0; i < all.size(); ++i)
    if ((set >> i & 1) != 0) out.push_back(all[i].name);
  return out;
}

Json idle(const judge::Cell& cell) {
  Json out = Json::array();
  for (const judge::IdleActor& one : cell.idle)
    out.push_back({{"actor", cell.scenario->actors[one.actor].name},
                   {"lacks", judge::lack_name(one.lacks)},
                   {"refused", one.refused},
                   {"why", one.why}});
  return out;
}

Json shown_data(const std::vector<judge::Shown>& all) {
  Json out = Json::array();
  for (const judge::Shown& one : all) out.push_back(to_json(one));
  return out;
}

std::string shown_text(const std::vector<judge::Shown>& all) {
  std::string out;
  for (const judge::Shown& shown : all)
    out += fmt::format("\n{}: {} {}\n{}{}\n{}", shown.story.scenario.name,
                       judge::property_names(shown.violated),
                       shown.expected ? "violated, as declared" : render::red("violated"),
                       standing_text(shown), generated_text(shown.story.scenario),
                       render::render_text(shown.story, shown.why, render::terminal_look()));
  return out;
}

std::string_view proof_text(shrinkers::Minimality minimality) {
  switch (minimality) {
    case shrinkers::Minimality::proved:
      return "proved minimal: no smaller scenario, no shorter schedule";
    case shrinkers::Minimality::schedule: return "no schedule of this scenario is shorter";
    case shrinkers::Minimality::none: return "not proved minimal";
  }
  return "";
}

std::string plural(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::vector<HasStories::Told> told(const std::vector<judge::Shown>& all) {
  std::vector<HasStories::Told> out;
  for (const judge::Shown& shown : all)
    out.push_back({shown.story, shown.why,
                   fmt::format("{}: {} violated\n{}\n", shown.story.scenario.name,
                               judge::property_names(shown.violated), standing_text(shown))});
  return out;
}

HasCases::Case failed_if(bool wrong, std::string name, std::string message, std::string details) {
  if (!wrong) return {std::move(name)};
  return {std::move(name), Outcome::failed, std::move(message), std::move(details)};
}

HasCases::Case case_of(const judge::Cell& cell, const std::vector<judge::Shown>& shown,
                       const std::string& unfinished) {
  const std::string name = fmt::format("{} under {}", cell.scenario->name, cell.convention->name);
  if (cell.surprises() != 0)
    return {name, Outcome::failed,
            "found, but not declared: " + judge::property_names(cell.surprises()),
            stories_text(shown, [&](const judge::Shown& one) { return is_of(one, cell); })};
  if (!unfinished.empty()) return {name, Outcome::error, "not finished: " + unfinished};
  if (cell.missing() != 0)
    return {name, Outcome::failed,
            "declared, but not found: " + judge::property_names(cell.missing())};
  if (cell.verdict == judge::Verdict::not_stated)
    return {name, Outcome::error, "not stated: " + cell.not_stated};
  if (cell.verdict != judge::Verdict::vacuous) return {name};
  std::string why;
  for (const judge::IdleActor& one : cell.idle) why += one.why + "\n";
  return {name, Outcome::error, "vacuous: nothing is violated, and some actor does nothing", why};
}

std::string stories_text(const std::vector<judge::Shown>& all,
                         const std::function<bool(const judge::Shown&)>& wanted) {
  std::string out;
  for (const judge::Shown& shown : all)
    if (wanted(shown))
      out += fmt::format("{}{}\n{}", standing_text(shown), generated_text(shown.story.scenario),
                         render::render_text(shown.story, shown.why, {}));
  return out;
}

}  // namespace pincheck::report
