// SPDX-License-Identifier: MIT
#include "checker/predict/predict.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "checker/explain/explain.hpp"
#include "checker/predict/history.hpp"

namespace pincheck::predict {
namespace {

[[noreturn]] void reject(const Case& one, const std::string& message) {
  throw InputError(fmt::format("{}: case '{}': {}", one.file, one.name, message));
}

std::string name_of(const Case& one, const Call& call) {
  static constexpr std::array<std::string_view, kParts> kSuffix{": creator takes", "",
                                                                ": creator lets go"};
  return one.scenario.actors[call.actor].name + std::string(kSuffix[call.part]);
}

void check_names(const Case& one, const std::vector<Call>& calls) {
  if (calls.size() == one.syscalls.size()) return;
  std::vector<std::string> parts;
  for (const Call& call : calls) parts.push_back(name_of(one, call));
  reject(one, fmt::format("{} 'syscalls', expected {}: one for each part of its scenario ({})",
                          one.syscalls.size(), calls.size(), fmt::join(parts, ", ")));
}

/// The first page that does not go through the call as page 0 does; 0 when all do.
std::size_t odd_page(const Case& one, const History& history, const Call& call) {
  const auto what = [&](std::size_t page) { return history.page[page][call.actor][call.part]; };
  for (std::size_t page = 1; page < one.scenario.pages.size(); ++page)
    if (what(page) != what(0)) return page;
  return 0;
}

void check_alike(const Case& one, const History& history, const Call& call) {
  const std::size_t page = odd_page(one, history, call);
  if (page == 0) return;
  reject(one, fmt::format("{} treats pages '{}' and '{}' differently, expected a scenario whose "
                          "pages stand for all",
                          name_of(one, call), one.scenario.pages[0].name,
                          one.scenario.pages[page].name));
}

/// A call that does nothing waits for a pipe to be filled or emptied, or was not needed.
void check_touches(const Case& one, const History& history, const Call& call) {
  if (history.touched[call.actor][call.part] || history.failed[call.actor][call.part]) return;
  reject(one, fmt::format("{} finds nothing to do and could only wait, expected a scenario in "
                          "which its pipe or its pages are ready for it",
                          name_of(one, call)));
}

/// Where in the list a call is.
std::size_t position(const std::vector<Call>& calls, const Call& call) {
  const auto found = std::find(calls.begin(), calls.end(), call);
  return static_cast<std::size_t>(found - calls.begin());
}

/// A failed call is the last one: the program does not go on.
std::vector<Call> calls_made(const std::vector<Call>& calls, const History& history) {
  const auto failed = std::find_if(calls.begin(), calls.end(), [&](const Call& call) {
    return history.failed[call.actor][call.part];
  });
  return {calls.begin(), failed == calls.end() ? failed : failed + 1};
}

/// It shows in one of the calls that are made, or after all of them.
bool violated_in(const std::vector<Call>& made, const std::vector<Call>& all,
                 const History& history) {
  if (!history.violation) return false;
  const FirstViolation& first = *history.violation;
  return first.at_end ? made.size() == all.size() : position(made, first.call) < made.size();
}

Violation violation_of(const Case& one, const System& system, const std::vector<Call>& calls,
                       const History& history, const std::string& convention) {
  const FirstViolation& first = *history.violation;
  const story::Story story = story::tell(one.scenario, system, convention,
                                         moves_of(system, history.schedule), first.property);
  Violation violation{std::string(properties()[first.property].name), "", "", "",
                      explain::explain(story, system).sentence,       "", {}};
  if (history.ender && *history.ender != first.property)
    violation.then = properties()[*history.ender].name;
  if (first.at_end) return violation;
  violation.syscall = one.syscalls[position(calls, first.call)];
  violation.function = story.steps.back().function;
  violation.step = story.steps.back().step;
  return violation;
}

/// Takes away the calls of which nothing can be said for all pages, and keeps what is known of one.
void cut(const Case& one, const History& history, std::vector<Call>& made, Violation& violation) {
  const FirstViolation& first = *history.violation;
  const auto odd = std::find_if(made.begin(), made.end(), [&](const Call& call) {
    return odd_page(one, history, call) != 0;
  });
  if (!history.ender && odd == made.end()) return;
  const auto violating = made.begin() + static_cast<std::ptrdiff_t>(position(made, first.call));
  made.erase(first.at_end ? odd : violating, made.end());
  if (first.at_end || first.page == kNoPage) return;
  violation.changes = history.page[first.page][first.call.actor][first.call.part].changes;
}

}  // namespace

Prediction predict(const Case& one, const Convention& convention, const Model& model) {
  Catalogue catalogue;
  const System system = compile(one.scenario, convention, model, catalogue);
  const std::vector<Call> calls = calls_of(system);
  check_names(one, calls);
  const History history = run_scenario(system, convention);
  Prediction prediction{one, convention.name, {}, {}};
  std::vector<Call> made = calls_made(calls, history);
  if (violated_in(made, calls, history)) {
    prediction.violation = violation_of(one, system, calls, history, convention.name);
    cut(one, history, made, *prediction.violation);
  }
  for (const Call& call : made) {
    check_touches(one, history, call);
    check_alike(one, history, call);
    SyscallPrediction syscall = history.page[0][call.actor][call.part];
    syscall.name = one.syscalls[prediction.syscalls.size()];
    syscall.fails = history.failed[call.actor][call.part];
    prediction.syscalls.push_back(std::move(syscall));
  }
  return prediction;
}

}  // namespace pincheck::predict
