// SPDX-License-Identifier: MIT
#include "checker/source/scan/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "checker/render/terminal.hpp"
#include "checker/render/words.hpp"

namespace pincheck::scan {
namespace {

using report::Json;

constexpr std::size_t kColumns = 80;

std::string path_text(const follow::Finding& finding, const std::string& root) {
  std::string out;
  std::size_t place = 0, text = 0;
  const auto said = [&](const follow::Line& line) {
    return line.function == root ? line.text
                                 : fmt::format("{} (in {}())", line.text, line.function);
  };
  for (const follow::Line& line : finding.path) {
    place = std::max(place, follow::place_of(line).size());
    text = std::max(text, said(line).size());
  }
  for (const follow::Line& line : finding.path) {
    const std::string head =
        fmt::format("      {:{}}  {}", follow::place_of(line), place, said(line));
    const std::size_t columns = 6 + place + 2;
    if (head.size() > kColumns) {
      // The place, and what happens in lines beside it.
      out += head.substr(0, columns) + indented(said(line), columns).substr(columns);
    } else if (line.counts.empty() || columns + text + 2 + line.counts.size() > kColumns) {
      out += head + "\n";
    } else {
      out += fmt::format("{:{}}  {}\n", head, columns + text, line.counts);
      continue;
    }
    if (!line.counts.empty()) out += indented(line.counts, columns + 2);
  }
  return out;
}

}  // namespace

std::string indented(const std::string& text, std::size_t by) {
  std::string out;
  std::size_t hang = by;
  for (const std::string& line : render::wrapped(text, kColumns - by - 2)) {
    out += std::string(hang, ' ') + line + "\n";
    hang = by + 2;
  }
  return out;
}

std::string finding_text(const follow::Finding& finding, const std::string& function) {
  const std::string known = finding.known.empty() ? "" : fmt::format(" (known: {})", finding.known);
  return indented(fmt::format("{}{}: {}", follow::name_of(finding.wrong), known, finding.sentence),
                  4) +
         path_text(finding, function);
}

std::string coloured_name(follow::Decision decision) {
  std::string name{follow::name_of(decision)};
  switch (decision) {
    case follow::Decision::violated: return render::red(name);
    case follow::Decision::balanced: return render::green(name);
    case follow::Decision::undecided:
    case follow::Decision::takes_nothing: return name;
  }
  return name;
}

Json to_json(const follow::Finding& finding) {
  Json path = Json::array();
  for (const follow::Line& line : finding.path)
    path.push_back({{"place", follow::place_of(line)},
                    {"function", line.function},
                    {"text", line.text},
                    {"counts", line.counts}});
  return {{"kind", follow::name_of(finding.wrong)},
          {"sentence", finding.sentence},
          {"known", finding.known},
          {"path", path}};
}

}  // namespace pincheck::scan
