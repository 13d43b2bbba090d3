// SPDX-License-Identifier: MIT
#include "checker/trace/machines.hpp"

#include <algorithm>

#include "checker/trace/line.hpp"

namespace pincheck::trace {
namespace {

constexpr std::string_view kEnd = ": ";

template <class Use>
void each_line(std::string_view text, Use use) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!use(line)) return;
  }
}

/// There is more before the task's pid than "%16s", a command's name.
bool has_two_columns(std::string_view task) {
  constexpr std::size_t kName = 16;
  return task.rfind('-') != std::string_view::npos && task.rfind('-') > kName;
}

}  // namespace

/// The name in front of the line: "" for blanks. False when there is neither.
bool Machines::name(std::string_view line, std::string_view& name) const {
  if (line.size() < column_) return false;
  std::string_view front = line.substr(0, column_);
  name = {};
  const std::size_t begin = front.find_first_not_of(' ');
  if (begin == std::string_view::npos) return true;
  if (!front.ends_with(kEnd)) return false;
  front.remove_suffix(kEnd.size());
  name = front.substr(begin);
  return !name.empty() && name.find(' ') == std::string_view::npos;
}

std::optional<Machines> Machines::find(std::string_view text) {
  Machines found;
  each_line(text, [&](std::string_view line) {
    const Line parsed = parse_line(line);
    if (parsed.kind != Line::Kind::event) return true;
    const std::size_t end = parsed.task.find(kEnd);
    if (end != std::string_view::npos) found.column_ = end + kEnd.size();
    return end == std::string_view::npos;
  });
  if (found.column_ == 0) return {};
  bool all = true;
  bool after_loss = false;
  each_line(text, [&](std::string_view line) {
    const Line parsed = parse_line(line);
    std::string_view name;
    if (parsed.kind == Line::Kind::event && !after_loss) {
      all = found.name(line, name) && (!name.empty() || has_two_columns(parsed.task));
      if (all && std::find(found.names_.begin(), found.names_.end(), name) == found.names_.end())
        found.names_.push_back(name);
    }
    if (parsed.kind == Line::Kind::event || parsed.kind == Line::Kind::lost)
      after_loss = parsed.kind == Line::Kind::lost;
    return all;
  });
  if (!all || found.names_.size() < 2) return {};
  return found;
}

std::size_t Machines::next(std::string_view line) {
  const Line parsed = parse_line(line);
  if (parsed.kind != Line::Kind::event && parsed.kind != Line::Kind::lost) return now_;
  std::string_view front;
  const bool named = name(line, front) && (!front.empty() || !after_loss_);
  after_loss_ = parsed.kind == Line::Kind::lost;
  if (!named) return now_;
  const auto found = std::find(names_.begin(), names_.end(), front);
  if (found != names_.end()) now_ = static_cast<std::size_t>(found - names_.begin());
  return now_;
}

}  // namespace pincheck::trace
