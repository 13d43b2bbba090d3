// SPDX-License-Identifier: MIT
#include "checker/source/follow/order.hpp"

#include <llvm/IR/InstIterator.h>

#include <algorithm>

#include "checker/source/follow/code.hpp"

namespace pincheck::follow {
namespace {

/// What it calls, of what comes to take.
template <class F>
void each_call(const llvm::Function& function, const Reach& reach, F&& f) {
  for (const llvm::Instruction& one : llvm::instructions(function)) {
    const auto* call = llvm::dyn_cast<llvm::CallBase>(&one);
    const llvm::Function* callee = call == nullptr ? nullptr : called(*call);
    if (callee != nullptr && reach.takes(*callee)) f(*callee);
  }
}

}  // namespace

Order::Order(const Functions& roots, const Reach& reach)
    : reach_(reach), roots_(roots.begin(), roots.end()) {
  for (const llvm::Function* one : roots) find_level(*one);
}

int Order::find_level(const llvm::Function& function) {
  const auto [found, is_new] = levels_.try_emplace(&function, -1);
  if (!is_new) return found->second;
  int level = 0;
  // One that is being looked at has -1: the circle is cut there.
  each_call(function, reach_,
            [&](const llvm::Function& callee) { level = std::max(level, find_level(callee) + 1); });
  return levels_[&function] = level;
}

Functions Order::before(const llvm::Function& root) const {
  Functions out, work{&root};
  std::unordered_set<const llvm::Function*> seen{&root};
  const int own = level(root);
  while (!work.empty()) {
    const llvm::Function* one = work.back();
    work.pop_back();
    each_call(*one, reach_, [&](const llvm::Function& callee) {
      if (!seen.insert(&callee).second) return;
      work.push_back(&callee);
      if (roots_.contains(&callee) && level(callee) < own) out.push_back(&callee);
    });
  }
  std::stable_sort(out.begin(), out.end(),
                   [&](const auto* a, const auto* b) { return level(*a) < level(*b); });
  return out;
}

}  // namespace pincheck::follow
