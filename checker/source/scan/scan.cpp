// SPDX-License-Identifier: MIT
#include "checker/source/scan/scan.hpp"

#include <fmt/format.h>
#include <llvm/IR/DebugInfoMetadata.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "checker/source/follow/code.hpp"
#include "checker/source/front/cache.hpp"
#include "checker/source/front/program.hpp"
#include "checker/source/scan/following.hpp"
#include "checker/source/scan/linking.hpp"
#include "checker/source/scan/wider.hpp"

namespace pincheck::scan {
namespace {

/// Does `work(0)` to `work(n - 1)`, each once, in threads; the first exception ends it.
template <class F>
void in_parallel(std::size_t n, const Options& options, F&& work) {
  std::atomic<std::size_t> next = 0;
  std::mutex one_at_a_time;
  std::exception_ptr problem;
  const auto run = [&] {
    try {
      while (!says(options.stopped)) {
        const std::size_t i = next++;
        if (i >= n) return;
        work(i);
      }
    } catch (...) {
      const std::lock_guard lock(one_at_a_time);
      problem = std::current_exception();
      next = n;
    }
  };
  {
    std::vector<std::jthread> workers;
    for (int i = 1; i < options.threads; ++i) workers.emplace_back(run);
    run();
  }
  if (problem) std::rethrow_exception(problem);
}

/// What is done, told to whoever wants to know.
class Progress {
 public:
  Progress(const Options& options, std::string_view what, std::size_t of)
      : options_(options), what_(what), of_(of) {}
  void one_more() {
    const std::lock_guard lock(one_at_a_time_);
    ++done_;
    if (options_.progress) options_.progress(what_, done_, of_);
  }

 private:
  const Options& options_;
  std::string_view what_;
  std::size_t of_;
  std::size_t done_ = 0;
  std::mutex one_at_a_time_;
};

struct File {
  front::Compiled compiled;
  Outline outline;
  std::vector<follow::Verdict> verdicts;
  bool is_read = false;
  int parts_left = 0;  ///< that have functions of it
};

void read(const Source& source, const front::Compiler& compiler, const callee::Callees& callees,
          File& file) {
  file.compiled = compiled(source, compiler);
  if (file.compiled.error.empty())
    file.outline = outline_of(front::Program({file.compiled.code}).module(), callees);
  file.is_read = true;
}

bool is_asked(const Options& options, const std::string& function) {
  const auto& asked = options.functions;
  return asked.empty() || std::find(asked.begin(), asked.end(), function) != asked.end();
}

/// A part of a program's functions: programs of many files are followed by all threads.
struct Part {
  std::vector<std::size_t> files;
  std::size_t first = 0, step = 1;
  std::shared_ptr<Shared> shared;  ///< by all parts of the program
};

std::vector<Part> parts_of(const std::vector<File>& files, const Options& options) {
  constexpr std::size_t kMany = 3;
  std::vector<Outline> outlines;
  for (const File& one : files) outlines.push_back(one.outline);
  std::vector<Part> parts;
  for (const std::vector<std::size_t>& program : programs(outlines)) {
    const std::size_t n = program.size() < kMany ? 1 : static_cast<std::size_t>(options.threads);
    const auto shared = std::make_shared<Shared>();
    for (std::size_t i = 0; i < n; ++i) parts.push_back({program, i, n, shared});
  }
  // The largest first, so that none is begun when all others are done.
  std::stable_sort(parts.begin(), parts.end(),
                   [](const Part& a, const Part& b) { return a.files.size() > b.files.size(); });
  return parts;
}

/// The file of the program that defines the function.
std::size_t file_of(const llvm::Function& function, const std::vector<Source>& sources,
                    const std::vector<std::size_t>& files) {
  const std::string unit = function.getSubprogram()->getUnit()->getFilename().str();
  for (const std::size_t i : files)
    if (sources[i].recipes.front().file == unit) return i;
  return files.front();
}

class Scan {
 public:
  Scan(const std::vector<Source>& sources, const callee::Callees& callees, const Options& options)
      : sources_(sources), callees_(callees), options_(options), files_(sources.size()) {}

  std::vector<FileResult> all() {
    const front::Compiler compiler(options_.cache);
    Progress compiled(options_, "files", files_.size());
    in_parallel(files_.size(), options_, [&](std::size_t i) {
      read(sources_[i], compiler, callees_, files_[i]);
      compiled.one_more();
    });
    const std::vector<Part> parts = parts_of(files_, options_);
    Progress followed(options_, "programs", parts.size());
    for (const Part& part : parts)
      for (const std::size_t i : part.files) ++files_[i].parts_left;
    in_parallel(parts.size(), options_, [&](std::size_t i) {
      follow_part(parts[i]);
      followed.one_more();
    });
    return results();
  }

 private:
  const std::vector<Source>& sources_;
  const callee::Callees& callees_;
  const Options& options_;
  std::vector<File> files_;
  std::mutex one_at_a_time_;

  bool has_asked(const Part& part) const {
    return std::any_of(part.files.begin(), part.files.end(), [&](std::size_t i) {
      const auto& functions = files_[i].outline.functions;
      return std::any_of(functions.begin(), functions.end(),
                         [&](const auto& one) { return is_asked(options_, one.name); });
    });
  }

  void follow_part(const Part& part) {
    if (has_asked(part)) follow_functions(part);
    const std::lock_guard lock(one_at_a_time_);
    if (!says(options_.stopped))
      for (const std::size_t i : part.files) --files_[i].parts_left;
  }

  void follow_functions(const Part& part) {
    std::vector<std::string_view> codes;
    for (const std::size_t i : part.files) codes.push_back(files_[i].compiled.code);
    Following following(codes, callees_, options_.bounds, store_for(codes), *part.shared);
    const follow::Functions& roots = following.roots();
    follow::Verdicts verdicts;
    for (std::size_t i = part.first; i < roots.size() && !says(options_.stopped); i += part.step)
      if (is_asked(options_, follow::source_name(*roots[i])))
        verdicts.emplace(roots[i], following.verdict(*roots[i]));
    follow::ask_callers(verdicts,
                        [&](const llvm::Function& caller) -> std::optional<follow::Verdict> {
                          if (!following.is_root(caller) || says(options_.stopped))
                            return std::nullopt;
                          return following.verdict(caller);
                        });
    const std::lock_guard lock(one_at_a_time_);
    for (auto& [function, verdict] : verdicts)
      files_[file_of(*function, sources_, part.files)].verdicts.push_back(std::move(verdict));
  }

  /// Where there is a cache.
  std::optional<Store> store_for(const std::vector<std::string_view>& codes) const {
    if (options_.cache.empty()) return std::nullopt;
    static const std::string self = digest_of_this_program();
    const auto& [pages, turns, steps, depth, seconds, waiting] = options_.bounds;
    std::string from = fmt::format("{} {} {} {} {} {} {} {}", self, front::digest(callees_.text()),
                                   pages, turns, steps, depth, seconds, waiting);
    for (const std::string_view code : codes) from += " " + front::digest(code);
    return Store(options_.cache, from);
  }

  std::vector<FileResult> results() {
    std::vector<FileResult> out;
    for (std::size_t i = 0; i < files_.size(); ++i) {
      File& file = files_[i];
      if (!file.is_read) continue;
      std::sort(file.verdicts.begin(), file.verdicts.end(),
                [](const auto& a, const auto& b) { return a.line < b.line; });
      out.push_back({.name = sources_[i].name,
                     .error = file.compiled.error,
                     .interrupted = file.parts_left > 0,
                     .verdicts = std::move(file.verdicts)});
    }
    return out;
  }
};

}  // namespace

front::Compiled compiled(const Source& source, const front::Compiler& compiler) {
  front::Compiled first{"", "no command to compile it"};
  for (const front::Recipe& recipe : source.recipes) {
    front::Compiled one = compiler.compile(recipe);
    if (one.error.empty()) return one;
    // The first way is the usual one, and its message the one to show.
    if (&recipe == &source.recipes.front()) first = std::move(one);
  }
  if (!source.not_built.empty())
    first.error = fmt::format("not in this kernel's configuration: {}", source.not_built);
  return first;
}

std::vector<FileResult> scan(const std::vector<Source>& sources, const callee::Callees& callees,
                             const Options& options) {
  std::vector<FileResult> all = Scan(sources, callees, options).all();
  if (options.nearby) read_wider(all, sources, callees, options);
  return all;
}

bool is_known(const follow::Verdict& verdict) {
  return std::none_of(verdict.findings.begin(), verdict.findings.end(),
                      [](const follow::Finding& one) { return one.known.empty(); });
}

Tally tally(const std::vector<FileResult>& all) {
  Tally sum;
  for (const FileResult& file : all) {
    ++(file.error.empty() ? sum.compiled : sum.failed);
    sum.interrupted += file.interrupted ? 1 : 0;
    for (const follow::Verdict& one : file.verdicts) switch (one.decision) {
        case follow::Decision::balanced: ++sum.balanced; break;
        case follow::Decision::violated:
          ++sum.violated;
          sum.known += is_known(one) ? 1 : 0;
          break;
        case follow::Decision::undecided: ++sum.undecided; break;
        case follow::Decision::takes_nothing: ++sum.takes_nothing; break;
      }
  }
  return sum;
}

}  // namespace pincheck::scan
