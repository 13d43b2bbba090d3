// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "checker/predict/report.hpp"
#include "model/base/version.hpp"

namespace pincheck::predict {
namespace {

RefCounts times(RefCounts counts, int pages) {
  for (int* number : {&counts.gets, &counts.puts, &counts.pins, &counts.unpins,
                      &counts.pin_acquired, &counts.pin_released})
    *number *= pages;
  return counts;
}

Json to_json(const std::vector<RefChange>& changes) {
  Json all = Json::array();
  for (const RefChange& change : changes) all.push_back(to_json(change));
  return all;
}

Json to_json(const SyscallPrediction& syscall, int pages) {
  const RefCounts all = times(syscall.per_page, pages);
  Json out{{"name", syscall.name},
           {"gets", all.gets},
           {"puts", all.puts},
           {"pins", all.pins},
           {"unpins", all.unpins},
           {"pin_acquired", all.pin_acquired},
           {"pin_released", all.pin_released},
           {"refcount", to_json(syscall.changes)},
           {"held", syscall.held}};
  if (syscall.in_flight) out["in_flight"] = *syscall.in_flight;
  if (syscall.fails) out["fails"] = true;
  return out;
}

Json to_json(const Violation& violation) {
  return {{"property", violation.property},        {"syscall", violation.syscall},
          {"function", violation.function},        {"step", violation.step},
          {"sentence", violation.sentence},        {"then", violation.then},
          {"refcount", to_json(violation.changes)}};
}

Json to_json(const Prediction& prediction) {
  const Case& of = prediction.of;
  Json syscalls = Json::array();
  for (const auto& syscall : prediction.syscalls) syscalls.push_back(to_json(syscall, of.pages()));
  Json out{{"case", of.name},       {"convention", prediction.convention},
           {"program", of.program}, {"bytes", of.bytes},
           {"offset", of.offset},   {"pages", of.pages()},
           {"syscalls", syscalls}};
  if (prediction.violation) out["violation"] = to_json(*prediction.violation);
  return out;
}

std::string changes_text(const std::vector<RefChange>& changes) {
  std::string out;
  for (const RefChange& change : changes)
    out += fmt::format("    {:>5} -> {:<5} {}\n", change.before, change.after, change.function);
  return out;
}

std::string syscall_text(const SyscallPrediction& syscall, int pages) {
  const RefCounts all = times(syscall.per_page, pages);
  std::string out = fmt::format("  {}: {} gets, {} puts, {} pins, {} unpins", syscall.name,
                                all.gets, all.puts, all.pins, all.unpins);
  out += fmt::format("; nr_foll_pin_acquired +{}, _released +{}\n    _refcount afterwards {:+}",
                     all.pin_acquired, all.pin_released, syscall.held);
  out += syscall.in_flight ? fmt::format(", in flight {:+}\n", *syscall.in_flight) : "\n";
  if (syscall.fails) out += "    fails with an error: the program ends here\n";
  return out + changes_text(syscall.changes);
}

std::string violation_text(const Prediction& prediction) {
  const Violation& violation = *prediction.violation;
  std::string out;
  if (!prediction.whole() && !violation.changes.empty())
    out += fmt::format("  {}: one page, as far as the model can follow\n", violation.syscall) +
           changes_text(violation.changes);
  const std::string where =
      violation.step.empty()
          ? "at the end"
          : fmt::format("by {} in {} ({})", violation.syscall, violation.function, violation.step);
  out += fmt::format("  VIOLATED under {}: {}, {}\n    {}\n", prediction.convention,
                     violation.property, where, violation.sentence);
  if (!violation.then.empty())
    out += fmt::format("    then {}: what follows means nothing\n", violation.then);
  return out;
}

}  // namespace

Json to_json(const RefChange& change) {
  return {{"function", change.function},
          {"step", change.step},
          {"before", change.before},
          {"after", change.after}};
}

std::string predictions_text(const std::vector<Prediction>& all) {
  std::string out;
  for (const Prediction& prediction : all) {
    const int pages = prediction.of.pages();
    out += fmt::format("{}: {} page{}, {}\n", prediction.of.name, pages, pages == 1 ? "" : "s",
                       prediction.convention);
    for (const auto& syscall : prediction.syscalls) out += syscall_text(syscall, pages);
    if (prediction.violation) out += violation_text(prediction);
  }
  return out;
}

Json predictions_data(const std::vector<Prediction>& all) {
  Json predictions = Json::array();
  for (const Prediction& prediction : all) predictions.push_back(to_json(prediction));
  return {{"pincheck", kVersion},
          {"format", kJsonFormat},
          {"command", "predict"},
          {"predictions", predictions}};
}

}  // namespace pincheck::predict
