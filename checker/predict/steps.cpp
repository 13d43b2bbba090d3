// SPDX-License-Identifier: MIT
#include "checker/predict/steps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "checker/trace/line.hpp"

namespace pincheck::predict {
namespace {

using trace::Record;
using trace::Trace;
using trace::What;

constexpr std::string_view kMark = "tracing_mark_write: ";

/// The words of a mark; "" for other records.
std::string_view mark_of(const Record& record) {
  if (record.what != What::marker) return {};
  const std::size_t at = record.raw.find(kMark);
  return at == std::string_view::npos ? std::string_view{} : record.raw.substr(at + kMark.size());
}

std::vector<std::uint64_t> parse_pages(std::string_view list) {
  std::vector<std::uint64_t> pages;
  while (!list.empty()) {
    const std::string_view one = list.substr(0, list.find(','));
    const trace::Number number = trace::parse_number(one);
    if (number.good) pages.push_back(static_cast<std::uint64_t>(number.value));
    list.remove_prefix(std::min(one.size() + 1, list.size()));
  }
  return pages;
}

/// Where the last case of a trace begins: the record behind its mark.
std::size_t begin_of_case(const Trace& trace) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < trace.records.size(); ++i)
    if (mark_of(trace.records[i]).starts_with("case ")) begin = i + 1;
  return begin;
}

/// How much the record moves the page's count.
int change_of(const Record& record) {
  const bool done = record.ret != 0;
  switch (record.what) {
    case What::ref_mod:
    case What::ref_unfreeze: return static_cast<int>(record.n);
    case What::ref_mod_unless: return done ? static_cast<int>(record.n) : 0;
    case What::ref_freeze: return done ? -static_cast<int>(record.n) : 0;
    default: return 0;
  }
}

/// Inlined functions of the kernel often call an out-of-line one of the same name with underscores.
bool same_function(std::string_view predicted, std::string_view seen) {
  while (seen.starts_with('_')) seen.remove_prefix(1);
  while (predicted.starts_with('_')) predicted.remove_prefix(1);
  return predicted == seen;
}

bool has_function(const SeenStep& step, const std::string& predicted) {
  return std::any_of(step.functions.begin(), step.functions.end(),
                     [&](std::string_view seen) { return same_function(predicted, seen); });
}

/// Finds, for every predicted change in order, a step that makes it: as many as can be by function.
class Alignment {
 public:
  Alignment(const std::vector<RefChange>& predicted, std::vector<SeenStep>& steps)
      : predicted_(predicted), steps_(steps), width_(steps.size() + 1) {
    best_.assign((predicted.size() + 1) * width_, kImpossible);
    for (std::size_t j = 0; j < width_; ++j) best(predicted.size(), j) = 0;
    for (std::size_t i = predicted.size(); i-- > 0;)
      for (std::size_t j = steps.size(); j-- > 0;)
        best(i, j) = std::max(best(i, j + 1), with(i, j));
  }

  bool possible() { return best(0, 0) != kImpossible; }

  /// Notes in the steps which change each is.
  void apply() {
    std::size_t i = 0;
    for (std::size_t j = 0; j < steps_.size() && i < predicted_.size(); ++j) {
      if (with(i, j) != best(i, j)) continue;
      steps_[j].predicted = i;
      steps_[j].named = has_function(steps_[j], predicted_[i].function);
      ++i;
    }
  }

 private:
  static constexpr int kImpossible = -1;

  int& best(std::size_t i, std::size_t j) { return best_[i * width_ + j]; }

  /// The best there is when step j makes change i.
  int with(std::size_t i, std::size_t j) {
    const RefChange& change = predicted_[i];
    if (steps_[j].change != change.after - change.before) return kImpossible;
    const int rest = best(i + 1, j + 1);
    if (rest == kImpossible) return kImpossible;
    return rest + (has_function(steps_[j], change.function) ? 1 : 0);
  }

  const std::vector<RefChange>& predicted_;
  std::vector<SeenStep>& steps_;
  std::size_t width_;
  std::vector<int> best_;
};

/// What is left over is taken before it is dropped, and all of it is dropped.
bool is_transient(const std::vector<SeenStep>& steps) {
  int held = 0;
  for (const SeenStep& step : steps) {
    if (step.predicted) continue;
    held += step.change;
    if (held < 0) return false;
  }
  return held == 0;
}

void align(const std::vector<RefChange>& predicted, PageSteps& page) {
  Alignment alignment(predicted, page.steps);
  if (!alignment.possible()) return;
  alignment.apply();
  page.agrees = is_transient(page.steps);
}

/// The steps of the marked pages, by system call.
std::vector<SyscallSteps> steps_by_call(const Trace& trace, const MarkedCase& marked) {
  std::unordered_map<std::uint32_t, const trace::Stack*> stacks;
  for (const trace::Stack& stack : trace.stacks) stacks.emplace(stack.line, &stack);
  const auto fresh = [&] {
    SyscallSteps syscall;
    for (const std::uint64_t page : marked.pages) syscall.pages.push_back({page, {}, false});
    return syscall;
  };
  std::vector<SyscallSteps> done;
  SyscallSteps now = fresh();
  for (std::size_t i = begin_of_case(trace); i < trace.records.size(); ++i) {
    const Record& record = trace.records[i];
    const std::string_view mark = mark_of(record);
    if (mark.starts_with("end")) break;
    if (mark.starts_with("call ")) done.push_back(std::exchange(now, fresh()));
    const int change = change_of(record);
    if (change == 0) continue;
    for (PageSteps& page : now.pages) {
      if (page.page != record.page) continue;
      const auto stack = stacks.find(record.line);
      page.steps.push_back(
          {change,
           static_cast<int>(record.ref),
           record.line,
           stack == stacks.end() ? std::vector<std::string_view>{} : functions_of(*stack->second),
           {},
           false});
    }
  }
  return done;
}

}  // namespace

bool StepComparison::agrees() const {
  return std::all_of(syscalls.begin(), syscalls.end(), [](const SyscallSteps& syscall) {
    return std::all_of(syscall.pages.begin(), syscall.pages.end(),
                       [](const PageSteps& page) { return page.agrees; });
  });
}

MarkedCase marked_case(const Trace& trace, const std::string& file) {
  const std::size_t begin = begin_of_case(trace);
  if (begin == 0)
    throw InputError(fmt::format(
        "{}: no mark says which case it is of, expected \"case NAME pages=PFN,PFN\"", file));
  std::string_view words = mark_of(trace.records[begin - 1]).substr(5);
  MarkedCase marked{std::string(words.substr(0, words.find(' '))), {}};
  trace::Field field;
  while (trace::next_field(words, field))
    if (field.key == "pages") marked.pages = parse_pages(field.value);
  if (marked.pages.empty())
    throw InputError(fmt::format("{}:{}: no pages, expected \"case {} pages=PFN,PFN\"", file,
                                 trace.records[begin - 1].line, marked.name));
  return marked;
}

StepComparison compare_steps(const Trace& trace, const std::string& file,
                             const Prediction& prediction) {
  if (!trace.losses.empty() || trace.overwritten > 0)
    throw InputError(fmt::format("{}: events were lost, expected all steps of the pages", file));
  if (!trace.has_steps())
    throw InputError(fmt::format(
        "{}: no event of page_ref, expected a kernel with CONFIG_DEBUG_PAGE_REF", file));
  StepComparison comparison{file, prediction, steps_by_call(trace, marked_case(trace, file))};
  if (comparison.syscalls.size() != prediction.syscalls.size())
    throw InputError(fmt::format("{}: marks of {} system calls, expected the {} of case '{}'", file,
                                 comparison.syscalls.size(), prediction.syscalls.size(),
                                 prediction.of.name));
  for (std::size_t i = 0; i < prediction.syscalls.size(); ++i) {
    SyscallSteps& syscall = comparison.syscalls[i];
    syscall.predicted = prediction.syscalls[i];
    for (PageSteps& page : syscall.pages) align(syscall.predicted.changes, page);
  }
  return comparison;
}

}  // namespace pincheck::predict
