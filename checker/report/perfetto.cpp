// SPDX-License-Identifier: MIT
// A trace for ui.perfetto.dev, or chrome://tracing: each story is a process.
#include <nlohmann/json.hpp>

#include "checker/render/render.hpp"
#include "checker/report/format.hpp"

namespace pincheck::report {
namespace {

std::string print_perfetto(const Report& report) {
  Json events = Json::array();
  int process = 0;
  for (const auto& told : dynamic_cast<const HasStories&>(report).stories())
    for (Json& event : render::render_perfetto(told.story, told.why, ++process))
      events.push_back(std::move(event));
  const Json trace{{"traceEvents", events}, {"displayTimeUnit", "ms"}};
  return trace.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

Format formats::perfetto() {
  return {.name = "perfetto", .needs = kStories, .print = print_perfetto};
}

}  // namespace pincheck::report
