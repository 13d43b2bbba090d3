// SPDX-License-Identifier: MIT
#include "checker/command/interface.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checker/render/words.hpp"

namespace pincheck::command {
namespace {

/// Where the second column of --help begins.
constexpr std::size_t kSecond = 26;

/// `text` beside `head`, or below it where that is wide.
std::string beside(const std::string& head, const std::string& text, std::size_t width) {
  std::string out = fmt::format("  {}", head);
  const auto lines = render::wrapped(text, width - kSecond);
  const bool below = out.size() + 2 > kSecond;
  if (below) out += '\n';
  for (std::size_t i = 0; i < lines.size(); ++i)
    out += i == 0 && !below ? fmt::format("{:{}}{}\n", "", kSecond - out.size(), lines[i])
                            : fmt::format("{:{}}{}\n", "", kSecond, lines[i]);
  return out.ends_with('\n') ? out : out + "\n";
}

std::string filled(std::string_view text, std::size_t width) {
  return fmt::format("{}\n", fmt::join(render::wrapped(text, width), "\n"));
}

std::string section(const Interface& of, bool options, std::size_t width) {
  std::string out;
  for (const Parameter& one : of.parameters)
    if (one.is_option() == options) out += beside(synopsis(one), meaning(one), width);
  return out.empty() ? "" : fmt::format("\n{}:\n{}", options ? "Options" : "Arguments", out);
}

}  // namespace

bool Parameter::has_name(std::string_view name) const {
  return std::find(names.begin(), names.end(), name) != names.end();
}

const Parameter* Interface::option(std::string_view name_of_it) const {
  for (const Parameter& one : parameters)
    if (one.is_option() && one.has_name(name_of_it)) return &one;
  return nullptr;
}

std::string placeholder(const Parameter& one) {
  switch (one.value) {
    case Value::nothing: return "";
    case Value::text: return "TEXT";
    case Value::number: return "N";
    case Value::seconds: return "SECONDS";
    case Value::size: return "SIZE";
    case Value::choice: return fmt::format("{{{}}}", fmt::join(one.choices, ","));
    case Value::convention: return "CONVENTION";
    case Value::scenario: return "SCENARIO";
    case Value::kase: return "CASE";
    case Value::topic: return "NAME";
    case Value::file: return "FILE";
    case Value::folder: return "FOLDER";
    case Value::format_file: return "FORMAT=FILE";
  }
  return "";
}

std::string synopsis(const Parameter& one) {
  const std::string value = placeholder(one);
  if (!one.is_option()) return value + (one.repeats ? " ..." : "");
  std::string out = fmt::format("{}", fmt::join(one.names, ", "));
  if (!value.empty()) out += ' ' + value;
  return out;
}

std::string usage(const Interface& of) {
  std::string out = fmt::format("pincheck {} [OPTION ...]", of.name);
  for (const Parameter& one : of.parameters) {
    if (one.is_option() && !one.required) continue;
    out += one.required ? " " + synopsis(one) : fmt::format(" [{}]", synopsis(one));
  }
  return out;
}

std::string meaning(const Parameter& one) {
  std::string out = one.about;
  std::vector<std::string> more;
  if (!one.bounds.empty()) more.push_back(one.bounds);
  if (!one.preset.empty()) more.push_back(fmt::format("without it {}", one.preset));
  if (one.repeats && one.is_option()) more.emplace_back("may be repeated");
  if (one.required && one.is_option()) more.emplace_back("required");
  if (!more.empty()) out += fmt::format("{}({})", out.empty() ? "" : " ", fmt::join(more, "; "));
  return out;
}

std::string_view program_about() {
  return "pincheck checks who takes and drops which page reference in the Linux kernel, in every "
         "order.";
}

std::string_view program_status() {
  return "0 as declared, holds, reproduced; 1 violated, or differing from what is "
         "declared; 2 bad input or usage; 3 not finished (time, memory, interrupted); 4 something "
         "was never reached; 5 nothing was judged (vacuous, not stated); 6 a trace that cannot be "
         "read. Where several apply: 2, 1, 3, 5, 4.";
}

std::string_view program_environment() {
  return "NO_COLOR (not empty) and TERM=dumb take colours away, TERM=dumb the live "
         "line, too; COLUMNS is the width of stories and tables, which have at most 80 columns "
         "where the output is no terminal.";
}

std::size_t place_of_command(const std::vector<std::string>& words,
                             const std::vector<Interface>& all) {
  const auto takes_next = [&](const std::string& word) {
    return std::any_of(all.begin(), all.end(), [&](const Interface& one) {
      const Parameter* option = one.option(word);
      return option != nullptr && option->value != Value::nothing;
    });
  };
  std::size_t other = words.size();
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i].starts_with('-') || (i > 0 && takes_next(words[i - 1]))) continue;
    for (const Interface& one : all)
      if (one.name == words[i]) return i;
    other = std::min(other, i);
  }
  return other;
}

std::string help_text(const Interface& of, std::size_t width) {
  return filled(of.about, width) + filled("\nUsage: " + usage(of), width) +
         section(of, false, width) + section(of, true, width);
}

std::string help_text(const std::vector<Interface>& all, std::size_t width) {
  std::string out = filled(program_about(), width) +
                    "\nUsage: pincheck COMMAND [ARGUMENT ...], in any order\n\nCommands:\n";
  for (const Interface& one : all) out += beside(one.name, one.about, width);
  out += "\nOptions:\n" + beside("-h, --help", "with a command: what it takes", width) +
         beside("--version", "which version this is", width);
  return out + "\n" + filled(fmt::format("Exit status: {}", program_status()), width) + "\n" +
         filled(fmt::format("Environment: {}", program_environment()), width);
}

}  // namespace pincheck::command
