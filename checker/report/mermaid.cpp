// SPDX-License-Identifier: MIT
// Markdown with a ```mermaid block for each story, as GitHub draws it.
#include <fmt/format.h>

#include "checker/render/render.hpp"
#include "checker/report/format.hpp"

namespace pincheck::report {
namespace {

std::string print_mermaid(const Report& report) {
  std::string out;
  for (const auto& told : dynamic_cast<const HasStories&>(report).stories())
    out += fmt::format("```mermaid\n{}```\n{}", render::render_mermaid(told.story, told.why),
                       told.remark);
  return out;
}

}  // namespace

Format formats::mermaid() { return {.name = "mermaid", .needs = kStories, .print = print_mermaid}; }

}  // namespace pincheck::report
