// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "checker/trace/coverage.hpp"
#include "checker/trace/report.hpp"
#include "model/base/version.hpp"
#include "properties/property.hpp"

namespace pincheck::trace {
namespace {

using Json = nlohmann::ordered_json;

/// Lines of a trace, each with its stack.
class Lines {
 public:
  explicit Lines(const Trace& trace) : trace_(trace), stacks_(trace) {}
  Json operator()(std::uint32_t index) const {
    const Record& record = trace_.records[index];
    Json stack = Json::array();
    for (const std::string_view function : stacks_(record)) stack.push_back(function);
    return {{"number", record.line}, {"text", record.raw}, {"stack", std::move(stack)}};
  }
  Json operator()(const Evidence& evidence) const {
    Json out = Json::array();
    for (const std::uint32_t index : evidence) out.push_back((*this)(index));
    return out;
  }

 private:
  const Trace& trace_;
  StacksOf stacks_;
};

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

Json violations_json(const Judged& judged, const Lines& lines) {
  Json out = Json::array();
  for (const Violation& one : judged.found.violations) {
    const Property& property = properties()[static_cast<std::size_t>(one.property)];
    out.push_back({{"property", property.name},
                   {"holds_when", property.holds_when},
                   {"page", pfn_text(one.page)},
                   {"what", one.what},
                   {"unless_missed", one.unless_missed},
                   {"unless_allocated", one.unless_allocated},
                   {"lines", lines(one.evidence)}});
  }
  return out;
}

Json contradictions_json(const Lines& lines, const std::vector<Contradiction>& all) {
  Json out = Json::array();
  for (const Contradiction& one : all)
    out.push_back({{"what", one.what}, {"lines", lines(one.evidence)}});
  return out;
}

Json moved_json(const Findings& found, const Lines& lines) {
  Json out = Json::array();
  for (const Moved& one : found.moved)
    out.push_back({{"page", pfn_text(one.page)},
                   {"begin", one.begin},
                   {"end", one.end},
                   {"freed", one.freed},
                   {"unlisted", one.unlisted},
                   {"lines", lines(one.steps)}});
  return out;
}

Json open_json(const Judged& judged, const Lines& lines) {
  Json out = Json::array();
  for (const Open& one : judged.found.open)
    out.push_back({{"page", pfn_text(one.page)},
                   {"held", one.held == Held::pin ? "pin" : "get"},
                   {"references", one.references},
                   {"caller", caller_name(one.caller)},
                   {"kind", one.kind},
                   {"line", lines(one.record)}});
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

Json one_json(const Judged& judged) {
  const Trace& trace = judged.trace;
  const Findings& found = judged.found;
  const Lines lines(trace);
  return {{"pincheck", kVersion},
          {"format", kJsonFormat},
          {"command", "trace"},
          {"file", judged.file},
          {"machine", trace.machine},
          {"kernel", kernel_name(trace.kernel)},
          {"lines", trace.lines},
          {"events", trace.events},
          {"ignored", trace.ignored},
          {"unreadable", trace.unreadable},
          {"judged_events", found.judged},
          {"paths", paths_json(found)},
          {"steps",
           {{"pages", found.steps.pages},
            {"steps", found.steps.steps},
            {"higher", found.steps.higher},
            {"lower", found.steps.lower}}},
          {"moved", moved_json(found, lines)},
          {"violations", violations_json(judged, lines)},
          {"contradictions", contradictions_json(lines, found.contradictions)},
          {"unexplained", contradictions_json(lines, found.unexplained)},
          {"open", open_json(judged, lines)},
          {"lost_events", trace.lost_events()},
          {"lost_references", found.lost_references},
          {"missed_references", found.missed_references},
          {"doubtful", found.doubtful},
          {"judged", coverage_json(trace)},
          {"limits", limits(trace)},
          {"why_nothing", judged.why_nothing()},
          {"conclusion", conclusion(judged)},
          {"good", judged.good()},
          {"status", static_cast<int>(judged.status())}};
}

}  // namespace

Json trace_data(const std::vector<Judged>& all) {
  if (all.size() == 1) return one_json(all.front());
  Json out{
      {"pincheck", kVersion}, {"format", kJsonFormat}, {"command", "trace"}, {"file", all[0].file}};
  for (const Judged& one : all) out["machines"].push_back(one_json(one));
  return out;
}

}  // namespace pincheck::trace
