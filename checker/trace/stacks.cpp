// SPDX-License-Identifier: MIT
#include "checker/trace/stacks.hpp"

#include <algorithm>

namespace pincheck::trace {
namespace {

std::string_view without_spaces(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text;
}

/// "=> function+0x12/0x34 <ffff…>", "=> function (ffff…)", "ffff… function+0x12 (…)", " function".
std::string_view function_in(std::string_view line) {
  line = without_spaces(line);
  if (line.starts_with("=>")) {
    line = without_spaces(line.substr(2));
  } else if (const std::size_t space = line.find(' ');
             line.substr(0, space).find_first_not_of("0123456789abcdef") ==
             std::string_view::npos) {
    line = without_spaces(line.substr(std::min(space, line.size())));
  }
  return line.substr(0, line.find_first_of("+ \r", 1));
}

}  // namespace

std::vector<std::string_view> functions_of(const Stack& stack) {
  std::vector<std::string_view> functions;
  for (std::string_view rest = stack.text; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    functions.push_back(function_in(line));
  }
  return functions;
}

bool heads_stack(const Line& line) {
  if (line.event.empty()) return line.text.starts_with('<') && line.text.ends_with("stack trace>");
  return line.event == "kernel_stack" || line.event == "user_stack";
}

Stacks::Last& Stacks::last(std::uint16_t cpu) {
  if (cpu >= last_.size()) last_.resize(cpu + std::size_t{1});
  return last_[cpu];
}

void Stacks::saw(const Line& line, std::uint32_t record) {
  last(line.cpu) = {record, line.interrupt};
  open_ = false;
  under_event_ = !line.flagged;  // perf prints no flags
  of_ = record;
}

void Stacks::head(const Line& line) {
  Last& before = last(line.cpu);
  open_ = true;
  under_event_ = false;
  const bool kernels = line.event != "user_stack" && !line.text.starts_with("<user");
  of_ = kernels && before.interrupt == line.interrupt ? before.record : 0;
  if (kernels) before.record = 0;  // it has one
}

bool Stacks::take(std::string_view raw, bool frame) {
  const bool arrow = frame && without_spaces(raw).starts_with("=>");
  if (!arrow && under_event_ && (raw.starts_with(' ') || raw.starts_with('\t'))) open_ = true;
  if (!open_) return frame;  // of an event that was cut off
  if (of_ == 0) return true;
  if (stacks_.empty() || stacks_.back().line != of_) stacks_.push_back({of_, raw});
  std::string_view& text = stacks_.back().text;
  text = {text.data(), static_cast<std::size_t>(raw.data() + raw.size() - text.data())};
  return true;
}

}  // namespace pincheck::trace
