// SPDX-License-Identifier: MIT
// SARIF 2.1.0 (OASIS), as GitHub's code scanning and editors read it.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "checker/report/format.hpp"
#include "checker/report/parts.hpp"
#include "model/base/version.hpp"

namespace pincheck::report {
namespace {

using Finding = HasFindings::Finding;
using Place = HasFindings::Place;

/// A path as a URI reference (RFC 3986): what is no letter, digit or "-._~/" is a number.
std::string uri(std::string_view path) {
  std::string out = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

Json physical(const Place& place) {
  Json artifact{{"uri", uri(place.file)}};
  if (!place.file.starts_with('/')) artifact["uriBaseId"] = "SRCROOT";
  Json out{{"artifactLocation", artifact}};
  if (place.line > 0) out["region"] = {{"startLine", place.line}};
  return out;
}

Json step(const Place& place) {
  return {
      {"location", {{"physicalLocation", physical(place)}, {"message", {{"text", place.text}}}}}};
}

Json result(const Finding& finding) {
  Json steps = Json::array();
  for (const Place& place : finding.path) steps.push_back(step(place));
  Json location{{"physicalLocation", physical(finding.path.back())},
                {"logicalLocations", {{{"name", finding.function}, {"kind", "function"}}}}};
  Json out{{"ruleId", finding.kind},
           {"level", "error"},
           {"message", {{"text", finding.function + "(): " + finding.sentence}}},
           {"locations", {location}},
           {"partialFingerprints", {{"cause/v1", finding.cause}}},
           {"codeFlows", {{{"threadFlows", {{{"locations", steps}}}}}}}};
  if (!finding.known.empty())
    out["suppressions"] = {{{"kind", "external"}, {"justification", finding.known}}};
  return out;
}

std::string print_sarif(const Report& report) {
  const std::vector<Finding> findings = dynamic_cast<const HasFindings&>(report).findings();
  std::set<std::string> kinds;
  Json results = Json::array(), rules = Json::array();
  for (const Finding& one : findings) {
    kinds.insert(one.kind);
    results.push_back(result(one));
  }
  for (const std::string& kind : kinds)
    rules.push_back({{"id", kind}, {"shortDescription", {{"text", kind}}}});
  const Json driver{{"name", "pincheck"}, {"version", kVersion}, {"rules", rules}};
  const Json run{{"tool", {{"driver", driver}}}, {"results", results}};
  const Json document{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                      {"version", "2.1.0"},
                      {"runs", {run}}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

Format formats::sarif() { return {.name = "sarif", .needs = kFindings, .print = print_sarif}; }

}  // namespace pincheck::report
