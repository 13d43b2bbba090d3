// SPDX-License-Identifier: MIT
// checker/source/follow: uses checker/source/value, checker/source/callee; used by checker/source/scan.
// checker/source/scan. A function of the intermediate code, numbered: where each value is kept, and
// which are needed later.
#pragma once

#include <llvm/ADT/BitVector.h>
#include <llvm/ADT/DenseMap.h>
#include <llvm/Analysis/LoopInfo.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/Function.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/Module.h>

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace pincheck::follow {

/// Words that make up a value of the type: its scalars, in their order.
unsigned words_of(const llvm::Type*);
/// Bits of a scalar; what is no integer or pointer, or is wider, counts as 64 unknown ones.
unsigned width_of(const llvm::Type*, const llvm::DataLayout&);
/// Bits of each of a value's words.
std::vector<unsigned> widths_of(const llvm::Type*, const llvm::DataLayout&);

class Code {
 public:
  explicit Code(const llvm::Function&);

  const llvm::Function& function() const { return function_; }
  unsigned registers() const { return registers_; }
  /// First register of an argument or instruction.
  unsigned place(const llvm::Value* value) const { return places_.lookup(value); }
  /// The registers that are numbers, not pointers.
  const llvm::BitVector& numbers() const { return numbers_; }
  /// The registers that are read in the block, or later, before they are written.
  const llvm::BitVector& live(const llvm::BasicBlock* block) const {
    return live_.find(block)->second;
  }
  /// The registers that are read after a call, or by the call itself.
  const llvm::BitVector& live_at(const llvm::Instruction& call) const;
  /// Blocks that others lead to come behind these, but where a loop goes back.
  unsigned order(const llvm::BasicBlock* block) const { return order_.lookup(block); }
  /// The innermost loop that the block is in; its parents are around it.
  const llvm::Loop* loop_of(const llvm::BasicBlock* block) const {
    return loops_.getLoopFor(block);
  }

 private:
  void find_live();
  void set(llvm::BitVector&, const llvm::Value*, bool on) const;
  llvm::BitVector live_behind(const llvm::BasicBlock&) const;

  const llvm::Function& function_;
  llvm::DominatorTree dominators_;
  llvm::LoopInfo loops_;
  unsigned registers_ = 0;
  llvm::BitVector numbers_;
  llvm::DenseMap<const llvm::Value*, unsigned> places_;
  llvm::DenseMap<const llvm::BasicBlock*, llvm::BitVector> live_;
  llvm::DenseMap<const llvm::BasicBlock*, unsigned> order_;
  mutable std::unordered_map<const llvm::Instruction*, llvm::BitVector> live_at_;
};

/// All code of a program, numbered when it is first asked for.
class Codes {
 public:
  const Code& of(const llvm::Function&);

 private:
  std::unordered_map<const llvm::Function*, std::unique_ptr<Code>> known_;
};

/// As the source calls it: without what linking adds.
std::string source_name(const llvm::Function&);

/// Of an instruction, or of the nearest one before it that has a line.
struct SourceLine {
  std::string file;  ///< as the compiler was given it
  int line = 0;
};
SourceLine source_line(const llvm::Instruction&);
/// The same as "nfs.c:12".
std::string place_in_source(const llvm::Instruction&);

/// The function that is called, if the call names one.
const llvm::Function* called(const llvm::CallBase&);

}  // namespace pincheck::follow
