// SPDX-License-Identifier: MIT
// JUnit XML, in the shape that CI systems (GitLab, Jenkins, GitHub's actions) read.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "checker/report/format.hpp"

namespace pincheck::report {
namespace {

using Case = HasCases::Case;
using Outcome = HasCases::Outcome;
using Suite = HasCases::Suite;

/// Bytes of the UTF-8 character that the text begins with; 0 where XML 1.0 has none such.
std::size_t character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return byte(0) >= ' ' || byte(0) == '\n' || byte(0) == '\t' ? 1 : 0;
  const std::size_t size = byte(0) >= 0xf0 ? 4 : byte(0) >= 0xe0 ? 3 : 2;
  if (byte(0) < 0xc2 || byte(0) > 0xf4 || text.size() < size) return 0;
  std::uint32_t code = byte(0) & (0xffU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
    code = code << 6 | (byte(i) & 0x3fU);
  }
  constexpr std::array<std::uint32_t, 3> kSmallest{0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xd800 && code < 0xe000;
  const bool good = code >= kSmallest[size - 2] && !surrogate && code <= 0x10ffff;
  return good && code != 0xfffe && code != 0xffff ? size : 0;
}

/// For text and attributes. What is no character of XML becomes '?': files may say anything.
std::string escaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t size = character(text);
    switch (size == 1 ? text[0] : '\0') {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += size == 0 ? "?" : text.substr(0, size);
    }
    text.remove_prefix(std::max(size, std::size_t{1}));
  }
  return out;
}

std::size_t count(const std::vector<Suite>& suites, Outcome outcome) {
  std::size_t found = 0;
  for (const Suite& suite : suites)
    for (const Case& one : suite.cases) found += one.outcome == outcome ? 1 : 0;
  return found;
}

/// The attributes that count, of one suite or of all.
std::string counts(const std::vector<Suite>& suites) {
  const std::size_t failed = count(suites, Outcome::failed);
  const std::size_t errors = count(suites, Outcome::error);
  return fmt::format(R"(tests="{}" failures="{}" errors="{}")",
                     count(suites, Outcome::good) + failed + errors, failed, errors);
}

std::string case_xml(const std::string& suite, const Case& one) {
  const std::string begin =
      fmt::format(R"(    <testcase classname="{}" name="{}")", escaped(suite), escaped(one.name));
  if (one.outcome == Outcome::good) return begin + "/>\n";
  const std::string_view kind = one.outcome == Outcome::failed ? "failure" : "error";
  return fmt::format("{0}>\n      <{1} message=\"{2}\">{3}</{1}>\n    </testcase>\n", begin, kind,
                     escaped(one.message), escaped(one.details));
}

std::string print_junit(const Report& report) {
  const std::vector<Suite> suites = dynamic_cast<const HasCases&>(report).suites();
  std::string out =
      fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"pincheck\" {}>\n",
                  counts(suites));
  for (const Suite& suite : suites) {
    out += fmt::format("  <testsuite name=\"{}\" {}>\n", escaped(suite.name), counts({suite}));
    for (const Case& one : suite.cases) out += case_xml(suite.name, one);
    out += "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

}  // namespace

Format formats::junit() { return {.name = "junit", .needs = kCases, .print = print_junit}; }

}  // namespace pincheck::report
