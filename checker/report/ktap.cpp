// SPDX-License-Identifier: MIT
// KTAP version 1 (Documentation/dev-tools/ktap.rst), as kselftest and KUnit's reader have it.
#include <fmt/format.h>

#include "checker/report/format.hpp"

namespace pincheck::report {
namespace {

using Case = HasCases::Case;
using Outcome = HasCases::Outcome;
using Suite = HasCases::Suite;

constexpr std::string_view kNested = "  ";

/// What may stand in a description or behind a directive: no '#', no line break.
std::string on_line(std::string_view text) {
  std::string out;
  for (const char c : text)
    out += c == '#' ? "_" : static_cast<unsigned char>(c) < ' ' ? " " : std::string(1, c);
  return out;
}

/// Lines of diagnosis, each after a '#'.
std::string diagnosis(std::string_view text, std::string_view indent) {
  std::string out;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    out += fmt::format("{}# {}\n", indent, text.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

std::string case_text(const Case& one, std::size_t number) {
  const std::string name = fmt::format("{} {}", number, on_line(one.name));
  if (one.outcome == Outcome::good) return fmt::format("{}ok {}\n", kNested, name);
  // Of readers some show directives, others the lines above.
  const std::string why = diagnosis(one.message, kNested) + diagnosis(one.details, kNested);
  const std::string directive =
      one.outcome == Outcome::error ? fmt::format(" # ERROR {}", on_line(one.message)) : "";
  return fmt::format("{}{}not ok {}{}\n", why, kNested, name, directive);
}

std::string suite_text(const Suite& suite, std::size_t number) {
  std::string out = fmt::format("{0}KTAP version 1\n{0}# Subtest: {1}\n{0}1..{2}\n", kNested,
                                on_line(suite.name), suite.cases.size());
  bool good = true;
  for (std::size_t i = 0; i < suite.cases.size(); ++i) {
    out += case_text(suite.cases[i], i + 1);
    good = good && suite.cases[i].outcome == Outcome::good;
  }
  return fmt::format("{}{} {} {}\n", out, good ? "ok" : "not ok", number, on_line(suite.name));
}

std::string print_ktap(const Report& report) {
  const std::vector<Suite> suites = dynamic_cast<const HasCases&>(report).suites();
  std::string out = fmt::format("KTAP version 1\n1..{}\n", suites.size());
  for (std::size_t i = 0; i < suites.size(); ++i) out += suite_text(suites[i], i + 1);
  return out;
}

}  // namespace

Format formats::ktap() { return {.name = "ktap", .needs = kCases, .print = print_ktap}; }

}  // namespace pincheck::report
