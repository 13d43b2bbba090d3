// SPDX-License-Identifier: MIT
#include "checker/export/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace pincheck::exporting {
namespace {

/// Words of Promela and Murphi, what pan.c or its preprocessor takes, and what the text itself
/// calls things. Murphi does not tell upper from lower case.
const std::set<std::string, std::less<>>& reserved() {
  static const std::set<std::string, std::less<>> words{
      "active",   "alias",    "array",      "assert",      "assume",    "atomic",    "before",
      "begin",    "bit",      "bool",       "boolean",     "break",     "byte",      "by",
      "case",     "chan",     "clear",      "const",       "cover",     "cursor",    "define",
      "do",       "else",     "elsif",      "empty",       "enabled",   "end",       "ended",
      "endfor",   "endif",    "enum",       "error",       "eval",      "exists",    "expected",
      "false",    "fi",       "for",        "forall",      "from",      "full",      "function",
      "get",      "goto",     "held",       "hidden",      "if",        "in",        "init",
      "inline",   "int",      "invariant",  "isundefined", "len",       "linux",     "liveness",
      "local",    "ltl",      "me",         "mtype",       "multiset",  "never",     "none",
      "nothing",  "notrace",  "nr",         "n",           "nempty",    "nfull",     "od",
      "of",       "or",       "p",          "page",        "pin",       "pid",       "priority",
      "print",    "printf",   "printm",     "procedure",   "process",   "proctype",  "program",
      "property", "provided", "put",        "q",           "r",         "real",      "record",
      "return",   "rule",     "ruleset",    "run",         "scalarset", "select",    "short",
      "show",     "skip",     "startstate", "string",      "switch",    "then",      "timeout",
      "to",       "trace",    "true",       "type",        "typedef",   "undefine",  "undefined",
      "union",    "unix",     "unless",     "unsigned",    "until",     "var",       "was",
      "while",    "xr",       "xs",         "i386",        "anon",      "file",      "kernel",
      "pipe",     "zero",     "wrap",       "locked",      "dirty",     "writeback", "buffers",
      "cached",   "mapped",   "writable",   "isolated",    "free",      "unsaved",   "slab",
      "ref",      "flags",    "pins",       "backing",     "finished",  "reduced",   "pte"};
  return words;
}

std::string lowered(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool letter_or_digit(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

}  // namespace

std::string identifier(std::string_view name) {
  std::string made(name);
  std::replace_if(
      made.begin(), made.end(), [](char c) { return !letter_or_digit(c); }, '_');
  return made;
}

std::string Names::fresh(const std::string& wanted) {
  std::string name = wanted;
  for (int i = 2; reserved().contains(lowered(name)) || !taken_.insert(lowered(name)).second; ++i)
    name = fmt::format("{}X{}", wanted, i);
  return name;
}

std::string Names::plain(std::string_view name) {
  std::string made;
  std::copy_if(name.begin(), name.end(), std::back_inserter(made), letter_or_digit);
  const bool begins_badly = made.empty() || std::isdigit(static_cast<unsigned char>(made[0])) != 0;
  return fresh(begins_badly ? "x" + made : made);
}

std::string Names::prefixed(std::string_view prefix, std::string_view name) {
  return fresh(fmt::format("{}{}", prefix, identifier(name)));
}

std::vector<std::vector<std::string>> step_labels(const System& system) {
  std::vector<std::vector<std::string>> labels;
  for (const Program& program : system.programs) {
    Names names;
    auto& own = labels.emplace_back();
    for (const Step& step : program)
      own.push_back(names.prefixed("at_", step.name.substr(step.name.find('/') + 1)));
    own.emplace_back("finished");
  }
  return labels;
}

}  // namespace pincheck::exporting
