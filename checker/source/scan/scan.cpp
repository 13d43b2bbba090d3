// SPDX-License-Identifier: MIT
#include "checker/source/scan/scan.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>

#include "checker/source/follow/callers.hpp"
#include "checker/source/follow/follow.hpp"

namespace pincheck::scan {
namespace {

front::Compiled compiled(const Source& source) {
  front::Compiled last{nullptr, "there is no command to compile it"};
  for (const front::Recipe& recipe : source.recipes) {
    front::Compiled one = front::compile(recipe);
    if (one.program) return one;
    // The first way is the usual one, and its message the one to show.
    if (&recipe == &source.recipes.front()) last = std::move(one);
  }
  return last;
}

bool is_asked(const Options& options, const std::string& function) {
  const auto& asked = options.functions;
  return asked.empty() || std::find(asked.begin(), asked.end(), function) != asked.end();
}

FileResult scan_file(const Source& source, const callee::Callees& callees, const Options& options) {
  FileResult result;
  result.name = source.name;
  const front::Compiled one = compiled(source);
  if (!one.program) {
    result.error = one.error;
    return result;
  }
  const llvm::Module& module = one.program->module();
  const follow::Reach reach(module, callees);
  const auto roots = follow::roots(module, reach, callees);
  follow::Verdicts verdicts;
  for (const llvm::Function* function : roots) {
    if (!is_asked(options, function->getName().str())) continue;
    result.interrupted = says(options.stopped);
    if (result.interrupted) break;
    verdicts.emplace(function, follow::follow(*function, reach, callees, options.bounds));
  }
  follow::ask_callers(verdicts,
                      [&](const llvm::Function& caller) -> std::optional<follow::Verdict> {
                        if (std::find(roots.begin(), roots.end(), &caller) == roots.end())
                          return std::nullopt;
                        return follow::follow(caller, reach, callees, options.bounds);
                      });
  for (auto& [function, verdict] : verdicts) result.verdicts.push_back(std::move(verdict));
  std::sort(result.verdicts.begin(), result.verdicts.end(),
            [](const auto& a, const auto& b) { return a.line < b.line; });
  return result;
}

}  // namespace

std::vector<FileResult> scan(const std::vector<Source>& sources, const callee::Callees& callees,
                             const Options& options) {
  std::vector<std::optional<FileResult>> results(sources.size());
  std::atomic<std::size_t> next = 0;
  std::mutex one_at_a_time;
  std::exception_ptr problem;
  const auto work = [&] {
    try {
      while (!says(options.stopped)) {
        const std::size_t i = next++;
        if (i >= sources.size()) return;
        FileResult result = scan_file(sources[i], callees, options);
        const std::lock_guard lock(one_at_a_time);
        if (options.done) options.done(result);
        results[i] = std::move(result);
      }
    } catch (...) {
      const std::lock_guard lock(one_at_a_time);
      problem = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> workers;
    for (int i = 1; i < options.threads; ++i) workers.emplace_back(work);
    work();
  }
  if (problem) std::rethrow_exception(problem);
  std::vector<FileResult> all;
  for (auto& one : results)
    if (one) all.push_back(std::move(*one));
  return all;
}

Tally tally(const std::vector<FileResult>& all) {
  Tally sum;
  for (const FileResult& file : all) {
    ++(file.error.empty() ? sum.compiled : sum.failed);
    sum.interrupted += file.interrupted ? 1 : 0;
    for (const follow::Verdict& one : file.verdicts) switch (one.decision) {
        case follow::Decision::balanced: ++sum.balanced; break;
        case follow::Decision::violated: ++sum.violated; break;
        case follow::Decision::undecided: ++sum.undecided; break;
        case follow::Decision::takes_nothing: ++sum.takes_nothing; break;
      }
  }
  return sum;
}

}  // namespace pincheck::scan
