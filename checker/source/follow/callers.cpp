// SPDX-License-Identifier: MIT
#include "checker/source/follow/callers.hpp"

#include <fmt/format.h>
#include <llvm/IR/Function.h>
#include <llvm/IR/InstrTypes.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <sstream>

namespace pincheck::follow {
namespace {

using Functions = std::set<const llvm::Function*>;

/// Functions that call it by its name.
Functions callers_of(const llvm::Function& function) {
  Functions all;
  for (const llvm::User* user : function.users()) {
    const auto* call = llvm::dyn_cast<llvm::CallBase>(user);
    if (call != nullptr && call->getCalledOperand() == &function &&
        call->getFunction() != &function)
      all.insert(call->getFunction());
  }
  return all;
}

bool tells_of(const std::string& text, const std::string& place) {
  for (std::size_t at = text.find(place); at != std::string::npos; at = text.find(place, at + 1)) {
    const std::size_t end = at + place.size();
    if (end == text.size() || std::isdigit(static_cast<unsigned char>(text[end])) == 0) return true;
  }
  return false;
}

/// Nobody comes to it but by a call that is here to be read.
bool is_only_called(const llvm::Function& function) {
  if (!function.hasLocalLinkage()) return false;
  return std::all_of(function.user_begin(), function.user_end(), [&](const llvm::User* user) {
    const auto* call = llvm::dyn_cast<llvm::CallBase>(user);
    return call != nullptr && call->getCalledOperand() == &function;
  });
}

/// That the finding is about.
std::set<std::string> places(const Finding& finding) {
  std::set<std::string> all;
  std::istringstream words(finding.cause);
  for (std::string word; words >> word;)
    if (word.find(':') != std::string::npos) all.insert(word);
  return all;
}

/// The same is wrong at the same places, after an error or not.
bool is_same(const Finding& one, const Finding& other) {
  return one.wrong == other.wrong && places(one) == places(other);
}

/// The function was followed to its ends, and so far that the finding would have been seen.
bool would_see(const Verdict& verdict, const Finding& finding) {
  if (!is_complete(verdict) || !verdict.open.empty()) return false;
  const std::set<std::string> wanted = places(finding);
  return verdict.cuts.empty() || std::includes(verdict.reached.begin(), verdict.reached.end(),
                                               wanted.begin(), wanted.end());
}

/// Why the caller's verdict does not say that it drops what was taken there; empty: it does.
std::string problem_of(const Verdict& caller, const std::string& place) {
  if (std::any_of(caller.findings.begin(), caller.findings.end(),
                  [&](const Finding& one) { return tells_of(one.cause, place); }))
    return "does not: see there";
  if (std::any_of(caller.open.begin(), caller.open.end(),
                  [&](const auto& one) { return tells_of(one.first, place); }))
    return "is undecided";
  if (caller.kept_after_error.contains(place)) return "keeps it, and returns no error";
  if (!is_complete(caller)) return "is not followed to its end";
  const bool comes = caller.cuts.empty() || caller.reached.contains(place);
  return comes ? "" : "does not come so far within the bounds";
}

class Contracts {
 public:
  using Follow = std::function<std::optional<Verdict>(const llvm::Function&)>;
  Contracts(const Verdicts& verdicts, const Follow& follow)
      : verdicts_(verdicts), follow_(follow) {}

  /// The verdict with what its callers say.
  Verdict decided(const llvm::Function& function, Verdict verdict) {
    for (const auto& [place, paths] : verdict.left) {
      Functions asked{&function};
      std::string why;
      lacking_.clear();
      if (const llvm::Function* who = dropped_by(function, place, asked, why))
        verdict.contracts.insert(
            fmt::format("after an error {}() drops what {} took", who->getName().str(), place));
      else
        verdict
            .open[fmt::format("the caller can reach what {} took, and is told of an error: does "
                              "it drop that? ({})",
                              place, why)] += paths;
      verdict.asks.merge(lacking_);
    }
    verdict.left.clear();
    std::erase_if(verdict.findings, [&](const Finding& one) {
      Functions asked{&function};
      if (!is_refuted(function, one, asked)) return false;
      verdict.contracts.insert(fmt::format("no caller comes to this: {}", one.sentence));
      return true;
    });
    verdict.decision = decision_of(verdict);
    return verdict;
  }

 private:
  const Verdicts& verdicts_;
  const Follow& follow_;
  std::map<const llvm::Function*, std::optional<Verdict>> others_;
  std::set<std::string> lacking_;  ///< functions that others may call, whose callers were asked for

  const Verdict* verdict_of(const llvm::Function& one) {
    const auto found = verdicts_.find(&one);
    if (found != verdicts_.end()) return &found->second;
    const auto [other, is_new] = others_.try_emplace(&one);
    if (is_new) other->second = follow_(one);
    return other->second ? &*other->second : nullptr;
  }

  /// All who call it are here, are followed into it to their ends, and nothing is wrong there.
  bool is_refuted(const llvm::Function& function, const Finding& finding, Functions& asked) {
    const Functions callers = callers_of(function);
    if (!is_only_called(function) || callers.empty()) return false;
    return std::all_of(callers.begin(), callers.end(), [&](const llvm::Function* caller) {
      if (!asked.insert(caller).second) return true;
      const Verdict* verdict = verdict_of(*caller);
      if (verdict == nullptr || !would_see(*verdict, finding)) return false;
      if (verdict->assumptions.contains(function.getName().str())) return false;
      return std::all_of(verdict->findings.begin(), verdict->findings.end(),
                         [&](const Finding& one) {
                           return !is_same(one, finding) || is_refuted(*caller, one, asked);
                         });
    });
  }

  /// A caller, or one of a caller's, in whose verdict nothing is held of what was taken there.
  const llvm::Function* dropped_by(const llvm::Function& function, const std::string& place,
                                   Functions& asked, std::string& why) {
    const std::string name = function.getName().str();
    if (!function.hasLocalLinkage()) lacking_.insert(name);
    const Functions callers = callers_of(function);
    if (callers.empty()) why = fmt::format("nobody who calls {}() by its name was read", name);
    for (const llvm::Function* caller : callers) {
      if (!asked.insert(caller).second) continue;
      const Verdict* verdict = verdict_of(*caller);
      if (verdict == nullptr || verdict->left.contains(place)) {
        if (const llvm::Function* who = dropped_by(*caller, place, asked, why)) return who;
        continue;
      }
      const std::string problem = problem_of(*verdict, place);
      if (problem.empty()) return caller;
      why = fmt::format("its caller {}() {}", caller->getName().str(), problem);
    }
    return nullptr;
  }
};

}  // namespace

void ask_callers(Verdicts& verdicts,
                 const std::function<std::optional<Verdict>(const llvm::Function&)>& follow) {
  Contracts contracts(verdicts, follow);
  Verdicts decided;
  for (const auto& [function, verdict] : verdicts)
    decided.emplace(function, contracts.decided(*function, verdict));
  verdicts = std::move(decided);
}

}  // namespace pincheck::follow
