// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "checker/trace/coverage.hpp"
#include "checker/trace/report.hpp"
#include "checker/version.hpp"
#include "properties/property.hpp"

namespace pincheck::trace {
namespace {

using Json = nlohmann::ordered_json;

Json line_json(const Record& record) { return {{"number", record.line}, {"text", record.raw}}; }

Json lines_json(const Trace& trace, const Evidence& evidence) {
  Json out = Json::array();
  for (const std::uint32_t index : evidence) out.push_back(line_json(trace.records[index]));
  return out;
}

std::string pfn_text(std::uint64_t pfn) { return fmt::format("{:#x}", pfn); }

Json paths_json(const Findings& found) {
  Json out = Json::array();
  for (const PathRow& path : found.paths)
    out.push_back({{"caller", caller_name(path.caller)},
                   {"kind", path.kind},
                   {"gotten", path.gotten},
                   {"pinned", path.pinned},
                   {"put", path.put},
                   {"unpinned", path.unpinned},
                   {"unseen", path.unseen}});
  return out;
}

Json violations_json(const Judged& judged) {
  Json out = Json::array();
  for (const Violation& one : judged.found.violations) {
    const Property& property = properties()[static_cast<std::size_t>(one.property)];
    out.push_back({{"property", property.name},
                   {"holds_when", property.holds_when},
                   {"page", pfn_text(one.page)},
                   {"what", one.what},
                   {"unless_missed", one.unless_missed},
                   {"lines", lines_json(judged.trace, one.evidence)}});
  }
  return out;
}

Json contradictions_json(const Trace& trace, const std::vector<Contradiction>& all) {
  Json out = Json::array();
  for (const Contradiction& one : all)
    out.push_back({{"what", one.what}, {"lines", lines_json(trace, one.evidence)}});
  return out;
}

Json open_json(const Judged& judged) {
  Json out = Json::array();
  for (const Open& one : judged.found.open)
    out.push_back({{"page", pfn_text(one.page)},
                   {"held", one.held == Held::pin ? "pin" : "get"},
                   {"references", one.references},
                   {"caller", caller_name(one.caller)},
                   {"kind", one.kind},
                   {"line", line_json(judged.trace.records[one.record])}});
  return out;
}

Json coverage_json(const Trace& trace) {
  Json out = Json::array();
  for (const Coverage& one : coverage(trace))
    out.push_back({{"property", properties()[static_cast<std::size_t>(one.property)].name},
                   {"judged", one.judged},
                   {"why", one.why}});
  return out;
}

}  // namespace

std::string trace_json(const Judged& judged) {
  const Trace& trace = judged.trace;
  const Findings& found = judged.found;
  const Json out{{"pincheck", kVersion},
                 {"format", 1},
                 {"command", "trace"},
                 {"file", judged.file},
                 {"kernel", kernel_name(trace.kernel)},
                 {"lines", trace.lines},
                 {"events", trace.events},
                 {"ignored", trace.ignored},
                 {"unreadable", trace.unreadable},
                 {"paths", paths_json(found)},
                 {"steps",
                  {{"pages", found.steps.pages},
                   {"steps", found.steps.steps},
                   {"higher", found.steps.higher},
                   {"lower", found.steps.lower}}},
                 {"violations", violations_json(judged)},
                 {"contradictions", contradictions_json(trace, found.contradictions)},
                 {"unexplained", contradictions_json(trace, found.unexplained)},
                 {"open", open_json(judged)},
                 {"lost_events", trace.lost_events()},
                 {"lost_references", found.lost_references},
                 {"missed_references", found.missed_references},
                 {"judged", coverage_json(trace)},
                 {"limits", limits(trace)},
                 {"conclusion", conclusion(judged)},
                 {"good", judged.good()}};
  // A command's name is any bytes.
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace pincheck::trace
