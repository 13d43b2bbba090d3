// SPDX-License-Identifier: MIT
// Annotations of GitHub's workflows: lines of a step's output, one for each thing that is wrong.
#include <fmt/format.h>

#include "checker/report/format.hpp"

namespace pincheck::report {
namespace {

using Case = HasCases::Case;
using Finding = HasFindings::Finding;
using Outcome = HasCases::Outcome;

/// As GitHub's runner reads it back; a property ends at ':' or ',', the text does not.
std::string escaped(std::string_view text, bool property) {
  std::string out;
  for (const char c : text) switch (c) {
      case '%': out += "%25"; break;
      case '\r': out += "%0D"; break;
      case '\n': out += "%0A"; break;
      case ':': out += property ? "%3A" : ":"; break;
      case ',': out += property ? "%2C" : ","; break;
      default: out += c;
    }
  return out;
}

std::string annotation(std::string_view level, std::string_view properties, std::string_view text) {
  return fmt::format("::{} {}::{}\n", level, properties, escaped(text, false));
}

std::string of_case(const std::string& suite, const Case& one) {
  const std::string_view level = one.outcome == Outcome::failed ? "error" : "warning";
  const std::string title = fmt::format("title={}", escaped(suite + ": " + one.name, true));
  const std::string details = one.details.empty() ? "" : "\n" + one.details;
  return annotation(level, title, one.message + details);
}

std::string of_finding(const Finding& one) {
  const HasFindings::Place& place = one.path.back();
  const std::string line = place.line > 0 ? fmt::format(",line={}", place.line) : "";
  const std::string properties =
      fmt::format("file={}{},title={}", escaped(place.file, true), line,
                  escaped(fmt::format("{}: {}()", one.kind, one.function), true));
  return annotation(one.known.empty() ? "error" : "notice", properties, one.sentence);
}

std::string print_github(const Report& report) {
  std::string out;
  if (const auto* found = dynamic_cast<const HasFindings*>(&report)) {
    for (const Finding& one : found->findings()) out += of_finding(one);
    return out;
  }
  for (const auto& suite : dynamic_cast<const HasCases&>(report).suites())
    for (const Case& one : suite.cases)
      if (one.outcome != Outcome::good) out += of_case(suite.name, one);
  return out;
}

}  // namespace

Format formats::github() {
  return {.name = "github", .needs = kCases, .print = print_github, .in_output = true};
}

}  // namespace pincheck::report
