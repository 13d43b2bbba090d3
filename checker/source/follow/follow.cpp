// SPDX-License-Identifier: MIT
#include "checker/source/follow/follow.hpp"

#include <fmt/format.h>
#include <llvm/IR/DebugInfoMetadata.h>

#include <algorithm>
#include <chrono>
#include <unordered_set>

#include "checker/source/follow/fingerprint.hpp"
#include "checker/source/follow/forget.hpp"
#include "checker/source/follow/joined.hpp"

namespace pincheck::follow {
namespace {

using Clock = ProcessorClock;

/// Steps of a path between two looks at the clock.
constexpr int kStepsATime = 256;

Words unknown_argument(Run& run, const llvm::Argument& argument) {
  Words all;
  for (const unsigned width : widths_of(argument.getType(), run.layout))
    all.push_back(run.terms.symbol(fmt::format("{}.{}", argument.getArgNo(), all.size()), width));
  return all;
}

bool begins_shared_block(const State& state) {
  const Frame& frame = state.frame();
  return frame.next == frame.block->getFirstNonPHIIt() && frame.block->hasNPredecessorsOrMore(2);
}

/// Follows all that waits, the last first.
class Search {
 public:
  explicit Search(Run& run) : run_(run) {}

  void all() {
    while (!run_.waiting.empty()) {
      if (Clock::now() > run_.deadline) {
        run_.verdict.cuts[Cut::time] += static_cast<int>(run_.waiting.size());
        return;
      }
      State state = next();
      if (!Joined::is_replaced(state)) one(state);
    }
  }

 private:
  Run& run_;
  std::unordered_set<Fingerprint, FingerprintHash> seen_;
  Joined joined_;

  /// What joins before others go on, where states are joined.
  State next() {
    if (run_.knowledge == Knowledge::joined) {
      const auto first = std::min_element(run_.waiting.begin(), run_.waiting.end(), is_before);
      std::swap(*first, run_.waiting.back());
    }
    State state = std::move(run_.waiting.back());
    run_.waiting.pop_back();
    return state;
  }
  static bool is_before(const State& one, const State& other) {
    for (std::size_t i = 0; i < std::min(one.frames.size(), other.frames.size()); ++i) {
      const Frame &a = one.frames[i], &b = other.frames[i];
      const unsigned mine = a.code->order(a.block), others = b.code->order(b.block);
      if (mine != others) return mine < others;
    }
    return one.frames.size() > other.frames.size();
  }
  bool is_new(Path& path) {
    return run_.knowledge == Knowledge::joined ? joined_.add(path)
                                               : seen_.insert(fingerprint(path)).second;
  }

  void one(State& state) {
    Path path(run_, state);
    state.joining = nullptr;
    try {
      while (true) {
        step(path);
        if (state.steps % kStepsATime == 0 && Clock::now() > run_.deadline) path.cut(Cut::time);
        if (!begins_shared_block(state)) continue;
        Frame& frame = state.frame();
        forget_dead(frame, frame.code->live(frame.block), path.constant(0));
        if (run_.knowledge == Knowledge::joined) forget_pointers(path);
        if (run_.knowledge <= Knowledge::pages) forget_numbers(path);
        if (run_.knowledge != Knowledge::all) forget_read(path);
        // Else what it finds is rejected, and those that went on like it are not there to find it.
        if (run_.asks_often && !path.is_possible()) return;
        if (is_new(path)) {
          if (run_.knowledge != Knowledge::joined) continue;
          run_.waiting.push_back(std::move(state));
          return;
        }
        ++run_.verdict.merged;
        return;
      }
    } catch (const PathEnds&) {
    }
  }
};

struct Explored {
  Verdict verdict;
  std::string suspicion;    ///< what would be a finding, if its path can be
  bool impossible = false;  ///< something was found on a path that cannot be
};

Explored explored(const llvm::Function& function, const Reach& reach,
                  const callee::Callees& callees, const Settled& settled, const Bounds& bounds,
                  Knowledge knowledge, Clock::time_point deadline, bool asks_often) {
  Codes codes;
  Run run{.layout = function.getParent()->getDataLayout(),
          .codes = codes,
          .reach = reach,
          .callees = callees,
          .settled = settled,
          .bounds = bounds,
          .knowledge = knowledge,
          .deadline = deadline,
          .asks_often = asks_often};
  const llvm::DISubprogram* source = function.getSubprogram();
  run.verdict.function = source_name(function);
  run.verdict.turns = bounds.turns;
  if (source != nullptr) {
    run.verdict.file = source->getFilename().str();
    run.verdict.line = static_cast<int>(source->getLine());
  }
  State first;
  {
    Path path(run, first);
    std::vector<Words> arguments;
    for (const llvm::Argument& argument : function.args())
      arguments.push_back(unknown_argument(run, argument));
    enter(path, function, arguments);
  }
  run.waiting.push_back(std::move(first));
  Search(run).all();
  for (const llvm::Instruction* one : run.reached)
    run.verdict.reached.insert(place_in_source(*one));
  return {std::move(run.verdict), std::move(run.suspicion), run.impossible};
}

/// All passes, each with more knowledge, within the bounds.
class Attempt {
 public:
  Attempt(const llvm::Function& function, const Reach& reach, const callee::Callees& callees,
          const Settled& settled, const Bounds& bounds)
      : function_(function),
        reach_(reach),
        callees_(callees),
        settled_(settled),
        bounds_(bounds),
        start_(Clock::now()) {}

  Verdict verdict() {
    Verdict best;  // all was looked at, and something is open
    std::string suspicion;
    int passes = 0;
    for (const auto& [knowledge, part] : {std::pair(Knowledge::joined, 0.4),
                                          {Knowledge::pages, 0.55},
                                          {Knowledge::held, 0.7},
                                          {Knowledge::all, 1.0}}) {
      Explored now = pass(knowledge, part);
      now.verdict.passes = ++passes;
      if (!now.verdict.findings.empty()) return std::move(now.verdict);
      const bool whole = is_complete(now.verdict) && now.suspicion.empty();
      if (whole && now.verdict.open.empty() && now.verdict.left.empty())
        return std::move(now.verdict);
      if (whole || (best.function.empty() && knowledge == Knowledge::all))
        best = std::move(now.verdict);
      if (!now.suspicion.empty()) suspicion = std::move(now.suspicion);
      if (whole) suspicion.clear();
    }
    if (!suspicion.empty()) ++best.open[suspicion + ": on a path that can be?"];
    return best;
  }

 private:
  const llvm::Function& function_;
  const Reach& reach_;
  const callee::Callees& callees_;
  const Settled& settled_;
  const Bounds& bounds_;
  Clock::time_point start_;

  Explored pass(Knowledge knowledge, double part) const {
    const auto until = start_ + std::chrono::duration_cast<Clock::duration>(
                                    std::chrono::duration<double>(bounds_.seconds * part));
    const auto follow = [&](bool asks_often) {
      return explored(function_, reach_, callees_, settled_, bounds_, knowledge, until, asks_often);
    };
    Explored now = follow(false);
    if (!now.impossible) return now;
    Explored again = follow(true);
    // What was found can be, also where there is no time to find it again.
    return now.verdict.findings.empty() || !again.verdict.findings.empty() ? std::move(again)
                                                                           : std::move(now);
  }
};

}  // namespace

std::vector<const llvm::Function*> roots(const llvm::Module& module, const Reach& reach,
                                         const callee::Callees& callees) {
  std::vector<const llvm::Function*> all;
  for (const llvm::Function& one : module) {
    if (one.isDeclaration() || !reach.takes(one) || callees.find(one.getName().str())) continue;
    const llvm::DISubprogram* source = one.getSubprogram();
    if (source == nullptr || source->getFilename().ends_with(".h")) continue;
    all.push_back(&one);
  }
  return all;
}

Verdict follow(const llvm::Function& function, const Reach& reach, const callee::Callees& callees,
               const Settled& settled, const Bounds& bounds) {
  const Clock::time_point start = Clock::now();
  Verdict out;
  for (Bounds now = bounds; now.turns > 0; --now.turns) {
    // Half of what is left, unless it is the last.
    const std::chrono::duration<double> used = Clock::now() - start;
    now.seconds = (bounds.seconds - used.count()) / (now.turns > 1 ? 2 : 1);
    Verdict verdict = Attempt{function, reach, callees, settled, now}.verdict();
    const bool ends = is_complete(verdict) || !verdict.findings.empty();
    if (ends || now.turns == bounds.turns) out = std::move(verdict);
    if (ends) break;
  }
  out.decision = decision_of(out);
  out.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return out;
}

}  // namespace pincheck::follow
