// SPDX-License-Identifier: MIT
// checker/source/follow: uses checker/source/value, checker/source/callee; used by checker/source/scan.
// checker/source/scan. Which functions are followed before which: callees first, so that what is
// known of them need not be found again in each caller.
#pragma once

#include <llvm/IR/Function.h>

#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "checker/source/follow/reach.hpp"

namespace pincheck::follow {

using Functions = std::vector<const llvm::Function*>;

class Order {
 public:
  Order(const Functions& roots, const Reach&);

  /// The roots that it comes to call, lowest first; of functions that call each other in a circle,
  /// always the same ones.
  Functions before(const llvm::Function&) const;
  /// Above that of all functions in `before`.
  int level(const llvm::Function& root) const { return levels_.at(&root); }

 private:
  int find_level(const llvm::Function&);

  const Reach& reach_;
  std::unordered_set<const llvm::Function*> roots_;
  std::unordered_map<const llvm::Function*, int> levels_;  ///< of all that come to take
};

}  // namespace pincheck::follow
