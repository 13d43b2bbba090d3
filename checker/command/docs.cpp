// SPDX-License-Identifier: MIT
#include "checker/command/docs.hpp"

#include <algorithm>

#include "model/base/embedded.hpp"

namespace pincheck::command {
namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// Adds the paragraphs of lines that all begin with `mark`.
void add_paragraphs(std::vector<std::string>& all, std::vector<std::string_view> lines,
                    std::string_view mark) {
  bool begins = true;
  for (std::string_view line : lines) {
    line.remove_prefix(std::min(line.size(), mark.size() + 1));
    if (!line.empty() && begins) all.emplace_back();
    if (!line.empty()) all.back() += (all.back().empty() ? "" : " ") + std::string(line);
    begins = line.empty();
  }
}

/// The lines from `first` on that begin with `mark`.
std::vector<std::string_view> comment_from(const std::vector<std::string_view>& lines,
                                           std::size_t first, std::string_view mark) {
  std::vector<std::string_view> found;
  for (std::size_t i = first; i < lines.size() && lines[i].starts_with(mark); ++i)
    found.push_back(lines[i]);
  return found;
}

std::size_t begin_of_comment(const std::vector<std::string_view>& lines, std::size_t end) {
  while (end > 0 && lines[end - 1].starts_with("///")) --end;
  return end;
}

bool is_room(std::string_view line) { return line.find(": uses ") != std::string_view::npos; }

}  // namespace

Doc doc_of(std::string_view folder, std::string_view pattern, std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  std::string definition(pattern);
  definition.replace(definition.find("{}"), 2, name);
  for (const EmbeddedFile& file : embedded_files()) {
    if (!file.path.starts_with(folder) || file.text.find(definition) == std::string_view::npos)
      continue;
    const auto lines = lines_of(file.text);
    const auto at = static_cast<std::size_t>(
        std::find_if(lines.begin(), lines.end(),
                     [&](std::string_view line) { return line.starts_with(definition); }) -
        lines.begin());
    Doc doc{std::string(file.path), {}};
    add_paragraphs(doc.about, comment_from(lines, begin_of_comment(lines, at), "///"), "///");
    // The first line is the licence, in headers the second the room.
    const std::size_t first = lines.size() > 1 && is_room(lines[1]) ? 2 : 1;
    add_paragraphs(doc.about, comment_from(lines, first, "//"), "//");
    return doc;
  }
  return {};
}

}  // namespace pincheck::command
