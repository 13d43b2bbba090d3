// SPDX-License-Identifier: MIT
#include "checker/source/patch/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "checker/report/parts.hpp"
#include "checker/source/scan/words.hpp"

namespace pincheck::patch {
namespace {

using follow::Decision;
using follow::Finding;
using follow::Verdict;
using report::Json;
using scan::indented;

std::string heading(How how) {
  switch (how) {
    case How::worse: return "gets worse";
    case How::better: return "gets better";
    case How::other: return "changes otherwise";
    case How::same: return "stays";
  }
  return "?";
}

std::string verdict_word(const std::optional<Verdict>& verdict) {
  return verdict ? std::string(follow::name_of(verdict->decision)) : "not there";
}

/// "violated, was balanced"
std::string verdicts(const Pair& pair) {
  const std::string before = verdict_word(pair.before), after = verdict_word(pair.after);
  if (before == after) return fmt::format("{} before and now", after);
  return fmt::format("{}, was {}", pair.after ? scan::coloured_name(pair.after->decision) : after,
                     before);
}

std::string gone_text(const Finding& finding) {
  return indented(fmt::format("gone: {}: {}", follow::name_of(finding.wrong), finding.sentence), 4);
}

std::vector<std::string> open_of(const Pair& pair) {
  std::vector<std::string> all;
  if (pair.after && pair.after->decision == Decision::undecided) {
    for (const auto& [what, paths] : pair.after->open) all.push_back(what);
    if (all.empty())
      for (const auto& [cut, paths] : pair.after->cuts)
        all.push_back(fmt::format("not followed to the end for {}", follow::name_of(cut)));
  }
  return all;
}

/// Where a cause was told, which callers of the function have, too.
using Told = std::map<std::string, std::string>;

std::string fresh_text(const Finding& finding, const std::string& function, Told& told) {
  const std::string& first = told.emplace(finding.cause, function).first->second;
  if (first == function) return scan::finding_text(finding, function);
  return indented(fmt::format("{}: as in {}()", follow::name_of(finding.wrong), first), 4);
}

/// What callers must do is no longer the same.
std::string contract_text(const Pair& pair) {
  std::string out;
  for (const std::string& one : pair.now_left) out += indented("callers: now " + one, 4);
  for (const std::string& one : pair.no_longer_left)
    out += indented("callers: no longer " + one, 4);
  return out;
}

std::string pair_text(const Pair& pair, Told& told) {
  std::string out =
      indented(fmt::format("{}: {}(): {}", pair.file, pair.function, verdicts(pair)), 2);
  for (const Finding& one : pair.fresh) out += fresh_text(one, pair.function, told);
  for (const Finding& one : pair.gone) out += gone_text(one);
  if (pair.fresh.empty() && pair.gone.empty()) out += contract_text(pair);
  for (const std::string& what : open_of(pair)) out += indented("open: " + what, 4);
  return out;
}

/// Shortest paths first: a cause is told where it is.
std::string group_text(const Answer& answer, How how) {
  std::vector<const Pair*> group;
  for (const Pair& one : answer.pairs)
    if (one.how == how) group.push_back(&one);
  if (group.empty()) return "";
  const auto length = [](const Pair* one) {
    return one->fresh.empty() ? 0 : one->fresh.front().path.size();
  };
  std::stable_sort(group.begin(), group.end(),
                   [&](const Pair* a, const Pair* b) { return length(a) < length(b); });
  std::string out = heading(how) + "\n";
  Told told;
  for (const Pair* one : group) out += pair_text(*one, told);
  return out;
}

/// "3 balanced, 1 violated"
std::string same_text(const Answer& answer) {
  std::map<Decision, int> counts;
  for (const Pair& one : answer.pairs)
    if (one.how == How::same) ++counts[one.after->decision];
  std::string out;
  for (const auto& [decision, n] : counts)
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", n, follow::name_of(decision));
  return out;
}

std::string answer_text(const Answer& answer) {
  std::string out;
  if (!answer.name.empty()) out += indented("as " + answer.name + " says", 0);
  for (const How how : {How::worse, How::better, How::other}) out += group_text(answer, how);
  for (const std::string& name : answer.at_their_word)
    out += indented(fmt::format("not read: {}() is changed, but callers are read as its "
                                "description says (model/callees, --model)",
                                name),
                    0);
  if (answer.pairs.empty())
    return out + indented(
                     "no function that takes references is touched; what other files define is "
                     "not read: name them by --with",
                     0);
  const std::string same = same_text(answer);
  out += indented(
      fmt::format("{} touched: {} worse, {} better, {} otherwise, {} the same{}",
                  report::plural(answer.pairs.size(), "function"), count(answer, How::worse),
                  count(answer, How::better), count(answer, How::other), count(answer, How::same),
                  same.empty() ? "" : fmt::format(" ({})", same)),
      0);
  return out;
}

Json verdict_json(const std::optional<Verdict>& verdict) {
  return verdict ? Json(follow::name_of(verdict->decision)) : Json("not there");
}

Json to_json(const Pair& pair) {
  Json fresh = Json::array(), gone = Json::array();
  for (const Finding& one : pair.fresh) fresh.push_back(scan::to_json(one));
  for (const Finding& one : pair.gone) gone.push_back(scan::to_json(one));
  return {{"file", pair.file},
          {"function", pair.function},
          {"change", name_of(pair.how)},
          {"before", verdict_json(pair.before)},
          {"after", verdict_json(pair.after)},
          {"new", fresh},
          {"gone", gone},
          {"now_left", pair.now_left},
          {"no_longer_left", pair.no_longer_left},
          {"open", open_of(pair)}};
}

}  // namespace

std::string_view name_of(How how) {
  switch (how) {
    case How::worse: return "worse";
    case How::better: return "better";
    case How::other: return "otherwise";
    case How::same: return "same";
  }
  return "?";
}

std::size_t count(const Answer& answer, How how) {
  return static_cast<std::size_t>(std::count_if(answer.pairs.begin(), answer.pairs.end(),
                                                [&](const Pair& one) { return one.how == how; }));
}

std::string PatchReport::text() const {
  std::string out = indented(fmt::format("changed: {}", fmt::join(comparison_.changed, ", ")), 0);
  for (const Answer& one : comparison_.answers) out += "\n" + answer_text(one);
  for (const std::string& one : comparison_.not_read) out += indented("not read: " + one, 0);
  return out;
}

Json PatchReport::data() const {
  Json document = report::header("patch");
  document["changed"] = comparison_.changed;
  document["not_read"] = comparison_.not_read;
  document["interrupted"] = comparison_.interrupted;
  Json answers = Json::array();
  for (const Answer& answer : comparison_.answers) {
    Json functions = Json::array();
    for (const Pair& one : answer.pairs) functions.push_back(to_json(one));
    answers.push_back(
        {{"reading", answer.name}, {"functions", functions}, {"described", answer.at_their_word}});
  }
  document["answers"] = answers;
  return document;
}

std::vector<report::HasCases::Suite> PatchReport::suites() const {
  std::vector<Suite> all;
  for (const Answer& answer : comparison_.answers) {
    Suite suite{answer.name.empty() ? "patch" : answer.name, {}};
    for (const Pair& one : answer.pairs) {
      const std::string name = fmt::format("{}: {}", one.file, one.function);
      if (one.how != How::worse) {
        suite.cases.push_back({name});
        continue;
      }
      const std::string message =
          !one.fresh.empty() ? one.fresh.front().sentence
          : verdict_word(one.after) == verdict_word(one.before)
              ? "callers are left with something else"
              : fmt::format("{}, was {}", verdict_word(one.after), verdict_word(one.before));
      std::string details = contract_text(one);
      for (const Finding& each : one.fresh) details += scan::finding_text(each, one.function);
      for (const std::string& what : open_of(one)) details += indented("open: " + what, 4);
      suite.cases.push_back({name, Outcome::failed, message, details});
    }
    all.push_back(std::move(suite));
  }
  return all;
}

}  // namespace pincheck::patch
