// SPDX-License-Identifier: MIT
#include "checker/source/scan/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "checker/report/parts.hpp"
#include "checker/source/scan/words.hpp"

namespace pincheck::scan {
namespace {

using follow::Decision;
using follow::Verdict;
using report::Json;

std::string bound_text(const Verdict& verdict, follow::Cut cut) {
  if (cut != follow::Cut::turns) return std::string(follow::name_of(cut));
  return report::plural(static_cast<std::size_t>(verdict.turns), "loop turn");
}

std::string bounds_text(const Verdict& verdict) {
  std::string out;
  for (const auto& [cut, paths] : verdict.cuts)
    out += fmt::format("{}{} ({})", out.empty() ? "" : ", ", bound_text(verdict, cut), paths);
  return out;
}

/// Functions that show the same as one before them.
class Causes {
 public:
  /// Where the finding was told; this function, if it was not.
  const std::string& first(const follow::Finding& finding, const std::string& function) {
    return told_.emplace(finding.cause, function).first->second;
  }

 private:
  std::map<std::string, std::string> told_;
};

std::string told_text(const follow::Finding& finding, const Verdict& verdict, Causes& causes) {
  const std::string& first = causes.first(finding, verdict.function);
  if (first != verdict.function)
    return indented(fmt::format("{}: as in {}()", follow::name_of(finding.wrong), first), 4);
  return finding_text(finding, verdict.function);
}

std::string verdict_text(const Verdict& verdict, Causes& causes, bool whole) {
  std::string out = fmt::format("  {}(): {}\n", verdict.function, coloured_name(verdict.decision));
  for (const follow::Finding& one : verdict.findings) out += told_text(one, verdict, causes);
  if (verdict.decision == Decision::undecided || whole)
    for (const auto& [what, paths] : verdict.open)
      out += indented(fmt::format("open: {}", what), 4);
  if ((verdict.decision != Decision::violated || whole) && !verdict.cuts.empty())
    out += indented("not followed to the end for: " + bounds_text(verdict), 4);
  for (const std::string& one : verdict.contracts)
    out += indented("taken for its contract: " + one, 4);
  if (!verdict.read_with.empty())
    out += indented(fmt::format("read with: {}", fmt::join(verdict.read_with, ", ")), 4);
  if (!whole) return out;
  out += indented(fmt::format("{} paths, {} took a reference, {} went on like another one",
                              verdict.paths, verdict.took, verdict.merged),
                  4);
  if (!verdict.assumptions.empty())
    out += indented(
        "taken to leave pages alone: " + fmt::format("{}", fmt::join(verdict.assumptions, ", ")),
        4);
  return out;
}

/// Shortest paths first, so that a cause is told where it is.
std::string file_text(const FileResult& file, bool whole) {
  std::string out = file.name + "\n";
  if (!file.error.empty()) return out + indented("does not compile: " + file.error, 2);
  std::vector<const Verdict*> order;
  for (const Verdict& one : file.verdicts) order.push_back(&one);
  const auto length = [](const Verdict* one) {
    return one->findings.empty() ? 0 : one->findings.front().path.size();
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](const Verdict* a, const Verdict* b) { return length(a) < length(b); });
  Causes causes;
  for (const Verdict* one : order)
    if (one->decision != Decision::takes_nothing || whole) out += verdict_text(*one, causes, whole);
  return out;
}

Json json_of(const Verdict& verdict) {
  Json findings = Json::array(), open = Json::array(), cuts = Json::array();
  for (const follow::Finding& one : verdict.findings) findings.push_back(to_json(one));
  for (const auto& [what, paths] : verdict.open) open.push_back({{"what", what}, {"paths", paths}});
  for (const auto& [cut, paths] : verdict.cuts)
    cuts.push_back({{"bound", follow::name_of(cut)}, {"paths", paths}});
  return {{"function", verdict.function},
          {"file", verdict.file},
          {"line", verdict.line},
          {"verdict", follow::name_of(verdict.decision)},
          {"findings", findings},
          {"open", open},
          {"cuts", cuts},
          {"assumed", verdict.assumptions},
          {"contracts", verdict.contracts},
          {"read_with", verdict.read_with},
          {"turns", verdict.turns},
          {"paths", verdict.paths},
          {"seconds", verdict.seconds}};
}

}  // namespace

std::string ScanReport::text() const {
  std::string out;
  for (const FileResult& file : all_)
    if (!file.verdicts.empty() || !file.error.empty()) out += file_text(file, whole_);
  const Tally sum = tally(all_);
  const std::string known = sum.known == 0 ? "" : fmt::format(" ({} known)", sum.known);
  out += fmt::format("{}, {} not compiled: {} balanced, {} violated{}, {} undecided\n",
                     report::plural(static_cast<std::size_t>(sum.compiled), "file"), sum.failed,
                     sum.balanced, sum.violated, known, sum.undecided);
  return out;
}

Json ScanReport::data() const {
  Json document = report::header("scan");
  Json files = Json::array();
  for (const FileResult& file : all_) {
    Json verdicts = Json::array();
    for (const Verdict& one : file.verdicts) verdicts.push_back(json_of(one));
    files.push_back({{"file", file.name},
                     {"error", file.error},
                     {"interrupted", file.interrupted},
                     {"functions", verdicts}});
  }
  document["files"] = files;
  return document;
}

std::vector<report::HasCases::Suite> ScanReport::suites() const {
  std::vector<Suite> all;
  for (const FileResult& file : all_) {
    Suite suite{file.name, {}};
    if (!file.error.empty()) suite.cases.push_back({"compiles", Outcome::error, file.error});
    for (const Verdict& one : file.verdicts) {
      Causes causes;
      if (one.decision == Decision::violated && !is_known(one))
        suite.cases.push_back({one.function, Outcome::failed, one.findings.front().sentence,
                               told_text(one.findings.front(), one, causes)});
      else if (one.decision == Decision::undecided)
        suite.cases.push_back(
            {one.function, Outcome::error,
             one.open.empty() ? "not followed to the end" : one.open.begin()->first});
      else
        suite.cases.push_back({one.function});
    }
    all.push_back(std::move(suite));
  }
  return all;
}

std::vector<report::HasFindings::Finding> ScanReport::findings() const {
  const auto relative = [&](const std::string& file) {
    const bool inside = !tree_.empty() && file.starts_with(tree_ + "/");
    return inside ? file.substr(tree_.size() + 1) : file;
  };
  std::vector<Finding> all;
  for (const FileResult& file : all_)
    for (const Verdict& verdict : file.verdicts)
      for (const follow::Finding& one : verdict.findings) {
        std::vector<Place> path;
        for (const follow::Line& line : one.path)
          path.push_back({relative(line.file), line.line,
                          line.counts.empty() ? line.text : line.text + ": " + line.counts});
        if (path.empty()) path.push_back({relative(verdict.file), verdict.line, "begins"});
        all.push_back({.kind = std::string(follow::name_of(one.wrong)),
                       .sentence = one.sentence,
                       .function = verdict.function,
                       .cause = one.cause,
                       .path = std::move(path),
                       .known = one.known});
      }
  return all;
}

}  // namespace pincheck::scan
