// SPDX-License-Identifier: MIT
// checker/source/follow: uses checker/source/value, checker/source/callee; used by checker/source/scan.
// checker/source/scan. Which functions of a program can come to take or drop a reference, and which
// change nothing.
#pragma once

#include <llvm/IR/Module.h>

#include <unordered_map>
#include <unordered_set>

#include "checker/source/callee/callee.hpp"

namespace pincheck::follow {

class Reach {
 public:
  Reach(const llvm::Module&, const callee::Callees&);

  bool takes(const llvm::Function& one) const { return takes_.contains(&one); }
  /// Or makes what pages are taken from, or put into.
  bool takes_or_drops(const llvm::Function& one) const { return touches_.contains(&one); }
  /// It stores into nothing but its own locals, and calls nobody who does.
  bool is_pure(const llvm::Function& one) const { return pure_.contains(&one); }
  /// Takes references by itself, not through others.
  bool takes_directly(const llvm::Function& one) const { return directly_.contains(&one); }
  int size(const llvm::Function& one) const {
    const auto found = sizes_.find(&one);
    return found == sizes_.end() ? 0 : found->second;
  }
  bool has_loop(const llvm::Function& one) const { return loops_.contains(&one); }

 private:
  std::unordered_set<const llvm::Function*> takes_, touches_, pure_, directly_, loops_;
  std::unordered_map<const llvm::Function*, int> sizes_;
};

}  // namespace pincheck::follow
