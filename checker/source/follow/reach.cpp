// SPDX-License-Identifier: MIT
#include "checker/source/follow/reach.hpp"

#include <llvm/Analysis/CFG.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/Operator.h>

#include <vector>

#include "checker/source/follow/code.hpp"

namespace pincheck::follow {
namespace {

using callee::Callee;
using callee::Does;
using Functions = std::unordered_set<const llvm::Function*>;
using Callers = std::unordered_map<const llvm::Function*, std::vector<const llvm::Function*>>;

/// Makes what pages are taken from, or put into.
bool shapes(Does does) {
  return does == Does::make_iterator || does == Does::init_array || does == Does::make_table;
}

bool takes_one(Does does) { return does <= Does::take_batch; }

/// All that call one of `all`, directly or not.
void spread(Functions& all, const Callers& callers) {
  std::vector<const llvm::Function*> work(all.begin(), all.end());
  while (!work.empty()) {
    const llvm::Function* one = work.back();
    work.pop_back();
    const auto found = callers.find(one);
    if (found == callers.end()) continue;
    for (const llvm::Function* caller : found->second)
      if (all.insert(caller).second) work.push_back(caller);
  }
}

bool is_own_local(const llvm::Value* pointer) {
  while (true) {
    pointer = pointer->stripPointerCasts();
    const auto* inside = llvm::dyn_cast<llvm::GEPOperator>(pointer);
    if (inside == nullptr) return llvm::isa<llvm::AllocaInst>(pointer);
    pointer = inside->getPointerOperand();
  }
}

/// Changes what is not its own.
bool stores(const llvm::Instruction& one) {
  if (const auto* store = llvm::dyn_cast<llvm::StoreInst>(&one))
    return !is_own_local(store->getPointerOperand());
  if (const auto* moves = llvm::dyn_cast<llvm::MemIntrinsic>(&one))
    return !is_own_local(moves->getDest());
  return llvm::isa<llvm::AtomicRMWInst>(one) || llvm::isa<llvm::AtomicCmpXchgInst>(one);
}

bool loops(const llvm::Function& function) {
  llvm::SmallVector<std::pair<const llvm::BasicBlock*, const llvm::BasicBlock*>, 8> back;
  llvm::FindFunctionBackedges(function, back);
  return !back.empty();
}

}  // namespace

Reach::Reach(const llvm::Module& module, const callee::Callees& callees) {
  Callers callers;
  Functions impure;
  for (const llvm::Function& function : module) {
    if (function.isDeclaration()) continue;
    int size = 0;
    for (const llvm::Instruction& one : llvm::instructions(function)) {
      ++size;
      if (stores(one)) impure.insert(&function);
      const auto* call = llvm::dyn_cast<llvm::CallBase>(&one);
      if (call == nullptr || call->isInlineAsm() || llvm::isa<llvm::IntrinsicInst>(one)) continue;
      const llvm::Function* called = follow::called(*call);
      const Callee* known = called ? callees.find(called->getName().str()) : nullptr;
      if (called == nullptr || (known == nullptr && called->isDeclaration()))
        impure.insert(&function);
      // A function that is handed over may be called, by kref_put() and the like.
      for (const llvm::Use& argument : call->args())
        if (const auto* given = llvm::dyn_cast<llvm::Function>(argument->stripPointerCasts()))
          callers[given].push_back(&function);
      if (known == nullptr) {
        if (called) callers[called].push_back(&function);
        continue;
      }
      if (takes_one(known->does)) directly_.insert(&function);
      if (known->does <= Does::drop_stored || shapes(known->does)) touches_.insert(&function);
      if (known->does != Does::nothing && known->does != Does::same &&
          known->does != Does::contents && known->does != Does::has_page &&
          known->does != Does::iterator_is && known->does != Does::iterator_kind)
        impure.insert(&function);
    }
    sizes_[&function] = size;
    if (loops(function)) loops_.insert(&function);
  }
  takes_ = directly_;
  spread(takes_, callers);
  spread(touches_, callers);
  spread(impure, callers);
  for (const llvm::Function& function : module)
    if (!function.isDeclaration() && !impure.contains(&function)) pure_.insert(&function);
}

}  // namespace pincheck::follow
