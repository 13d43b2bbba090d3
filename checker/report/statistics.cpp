// SPDX-License-Identifier: MIT
#include "checker/report/statistics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "checker/render/terminal.hpp"
#include "checker/render/words.hpp"
#include "checker/report/parts.hpp"

namespace pincheck::report {
namespace {

using judge::Exercise;

std::string meeting_name(const Exercise& one) {
  std::string out = one.path;
  for (const std::string& part : {one.caller, one.kind})
    if (!part.empty()) out += " " + part;
  return out;
}

std::string step_name(const Exercise& one) {
  return one.outcome.empty() ? one.step : fmt::format("{}: {}", one.step, one.outcome);
}

std::string hanging(const std::string& text, std::size_t indent) {
  return render::hanging(text, render::terminal_width(), indent, 2);
}

/// A line for each path, caller and kind.
std::string exercised_text(const std::vector<Exercise>& all) {
  std::string out = fmt::format("{:>12} {:>8}  {}\n", "steps", "outcomes", "of an actor");
  for (auto at = all.begin(); at != all.end();) {
    const std::string name = meeting_name(*at);
    const auto end =
        std::find_if(at, all.end(), [&](const Exercise& one) { return meeting_name(one) != name; });
    std::uint64_t steps = 0;
    std::size_t taken = 0;
    for (auto one = at; one != end; ++one) {
      steps += one->times;
      taken += one->times != 0 ? 1 : 0;
    }
    out += fmt::format("{:>12} {:>8}  {}\n", steps, fmt::format("{}/{}", taken, end - at), name);
    at = end;
  }
  return out;
}

/// What was never taken, together for those who would take it.
std::string never_text(const judge::Statistics& statistics) {
  std::map<std::string, std::map<std::string, std::vector<std::string>>> by_place;
  for (const Exercise& one : statistics.exercises) {
    if (one.times != 0) continue;
    std::string place = statistics.complete ? "no shipped scenario does, under these conventions"
                                            : "not looked for";
    if (!one.scenario.empty())
      place = fmt::format("pincheck explore {} --convention {}", one.scenario, one.convention);
    by_place[place][meeting_name(one)].push_back(step_name(one));
  }
  std::string out;
  for (const auto& [place, meetings] : by_place) {
    out += fmt::format("\nNever taken; what would:\n  {}\n", place);
    for (const auto& [meeting, names] : meetings)
      out += hanging(fmt::format("{}: {}", meeting, fmt::join(names, ", ")), 4);
  }
  return out;
}

std::string first_text(const judge::First& first) {
  const std::string effort =
      fmt::format("{}, {:.2f} s", plural(first.schedules, "schedule"), first.seconds);
  if (first.violated == 0) return "nothing in " + effort;
  return fmt::format("{} after {}, in {}", judge::property_names(first.violated), effort,
                     first.scenario);
}

}  // namespace

std::string statistics_text(const judge::Campaign& campaign,
                            const std::vector<Convention>& conventions) {
  std::string out = "Exercised:\n" + exercised_text(campaign.statistics.exercises) +
                    never_text(campaign.statistics) + "\nThe first violation of each convention:\n";
  for (std::size_t c = 0; c < campaign.firsts.size(); ++c)
    out += hanging(fmt::format("{}: {}", conventions[c].name, first_text(campaign.firsts[c])), 2);
  return out + "\n";
}

Json statistics_data(const judge::Campaign& campaign, const std::vector<Convention>& conventions) {
  Json exercised = Json::array();
  for (const Exercise& one : campaign.statistics.exercises) {
    Json item{{"path", one.path}, {"caller", one.caller},   {"kind", one.kind},
              {"step", one.step}, {"outcome", one.outcome}, {"times", one.times}};
    if (!one.scenario.empty())
      item["would"] = {{"scenario", one.scenario}, {"convention", one.convention}};
    exercised.push_back(item);
  }
  Json firsts = Json::array();
  for (std::size_t c = 0; c < campaign.firsts.size(); ++c) {
    const judge::First& first = campaign.firsts[c];
    firsts.push_back({{"convention", conventions[c].name},
                      {"violated", names(first.violated)},
                      {"scenario", first.scenario},
                      {"schedules", first.schedules},
                      {"seconds", first.seconds}});
  }
  return {{"exercised", exercised},
          {"complete", campaign.statistics.complete},
          {"first_violations", firsts}};
}

}  // namespace pincheck::report
