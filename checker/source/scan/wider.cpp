// SPDX-License-Identifier: MIT
#include "checker/source/scan/wider.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "checker/source/front/temporary.hpp"

namespace pincheck::scan {
namespace {

constexpr int kRounds = 3;
/// Files with which one is read, at most.
constexpr std::size_t kMost = 12;

bool asks(const follow::Verdict& verdict) {
  return verdict.decision == follow::Decision::undecided && !verdict.asks.empty();
}

/// One file, with others that grow.
class Wider {
 public:
  Wider(FileResult& result, const Source& source, const callee::Callees& callees,
        const Options& options)
      : result_(result),
        callees_(callees),
        options_(options),
        nearby_(options.nearby),
        sources_{source} {
    options_.nearby = {};
    options_.progress = {};
  }

  void read() {
    for (int round = 0; round < kRounds && !says(options_.stopped); ++round) {
      options_.functions.clear();
      const std::size_t before = sources_.size();
      for (const follow::Verdict& one : result_.verdicts)
        if (asks(one)) look_for(one);
      if (sources_.size() == before || sources_.size() > kMost) return;
      take(scan(sources_, callees_, options_));
    }
  }

 private:
  FileResult& result_;
  const callee::Callees& callees_;
  Options options_;
  decltype(Options::nearby) nearby_;
  std::vector<Source> sources_;
  std::set<std::string> looked_for_;

  void look_for(const follow::Verdict& verdict) {
    options_.functions.push_back(verdict.function);
    for (const std::string& name : verdict.asks) {
      if (!looked_for_.insert(name).second) continue;
      for (Source& found : nearby_(result_.name, name)) {
        const bool known = std::any_of(sources_.begin(), sources_.end(),
                                       [&](const Source& one) { return one.name == found.name; });
        if (!known) sources_.push_back(std::move(found));
      }
    }
  }

  void take(std::vector<FileResult> wider) {
    const auto own = std::find_if(wider.begin(), wider.end(),
                                  [&](const FileResult& one) { return one.name == result_.name; });
    if (own == wider.end() || own->interrupted) return;
    for (follow::Verdict& now : own->verdicts)
      for (follow::Verdict& before : result_.verdicts) {
        if (before.function != now.function || before.file != now.file || !asks(before)) continue;
        for (const FileResult& one : wider)
          if (one.name != result_.name) now.read_with.insert(one.name);
        before = std::move(now);
        break;
      }
  }
};

}  // namespace

void read_wider(std::vector<FileResult>& all, const std::vector<Source>& sources,
                const callee::Callees& callees, const Options& options) {
  // Each file is compiled once, whoever needs it.
  Options cached = options;
  std::optional<front::TemporaryFolder> cache;
  for (FileResult& file : all) {
    if (std::none_of(file.verdicts.begin(), file.verdicts.end(), asks)) continue;
    if (cached.cache.empty()) cached.cache = cache.emplace().path();
    const auto source = std::find_if(sources.begin(), sources.end(),
                                     [&](const Source& one) { return one.name == file.name; });
    Wider(file, *source, callees, cached).read();
  }
}

}  // namespace pincheck::scan
