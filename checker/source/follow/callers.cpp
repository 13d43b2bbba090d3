// SPDX-License-Identifier: MIT
#include "checker/source/follow/callers.hpp"

#include <fmt/format.h>
#include <llvm/IR/Function.h>
#include <llvm/IR/InstrTypes.h>

#include <algorithm>
#include <cctype>
#include <set>

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

/// Why the caller's verdict does not say that it drops what was taken there; empty: it does.
std::string problem_of(const Verdict& caller, const std::string& place) {
  if (std::any_of(caller.findings.begin(), caller.findings.end(),
                  [&](const Finding& one) { return tells_of(one.cause, place); }))
    return "does not: see there";
  if (std::any_of(caller.open.begin(), caller.open.end(),
                  [&](const auto& one) { return tells_of(one.first, place); }))
    return "is undecided";
  if (caller.kept_after_error.contains(place)) return "keeps it, and returns no error";
  return is_complete(caller) ? "" : "is not followed to its end";
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
      std::string why = "no caller is in this file";
      if (const llvm::Function* who = dropped_by(function, place, asked, why))
        verdict.contracts.insert(
            fmt::format("after an error {}() drops what {} took", who->getName().str(), place));
      else
        verdict
            .open[fmt::format("the caller can reach what {} took, and is told of an error: does "
                              "it drop that? ({})",
                              place, why)] += paths;
    }
    verdict.left.clear();
    verdict.decision = decision_of(verdict);
    return verdict;
  }

 private:
  const Verdicts& verdicts_;
  const Follow& follow_;
  std::map<const llvm::Function*, std::optional<Verdict>> others_;

  const Verdict* verdict_of(const llvm::Function& one) {
    const auto found = verdicts_.find(&one);
    if (found != verdicts_.end()) return &found->second;
    const auto [other, is_new] = others_.try_emplace(&one);
    if (is_new) other->second = follow_(one);
    return other->second ? &*other->second : nullptr;
  }

  /// A caller, or one of a caller's, in whose verdict nothing is held of what was taken there.
  const llvm::Function* dropped_by(const llvm::Function& function, const std::string& place,
                                   Functions& asked, std::string& why) {
    for (const llvm::Function* caller : callers_of(function)) {
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
