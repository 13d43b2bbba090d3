// SPDX-License-Identifier: MIT
#include "checker/source/follow/code.hpp"

#include <fmt/format.h>
#include <llvm/ADT/PostOrderIterator.h>
#include <llvm/IR/CFG.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/InstIterator.h>

namespace pincheck::follow {

unsigned words_of(const llvm::Type* type) {
  if (type->isVoidTy()) return 0;
  if (const auto* record = llvm::dyn_cast<llvm::StructType>(type)) {
    unsigned sum = 0;
    for (const llvm::Type* part : record->elements()) sum += words_of(part);
    return sum;
  }
  if (const auto* array = llvm::dyn_cast<llvm::ArrayType>(type))
    return static_cast<unsigned>(array->getNumElements()) * words_of(array->getElementType());
  return 1;
}

unsigned width_of(const llvm::Type* type, const llvm::DataLayout& layout) {
  if (!type->isIntOrPtrTy()) return 64;
  const auto bits = layout.getTypeSizeInBits(const_cast<llvm::Type*>(type)).getFixedValue();
  return bits > 64 ? 64 : static_cast<unsigned>(bits);
}

std::vector<unsigned> widths_of(const llvm::Type* type, const llvm::DataLayout& layout) {
  if (type->isVoidTy()) return {};
  std::vector<unsigned> all;
  const auto append = [&](const llvm::Type* part) {
    const auto inside = widths_of(part, layout);
    all.insert(all.end(), inside.begin(), inside.end());
  };
  if (const auto* record = llvm::dyn_cast<llvm::StructType>(type)) {
    for (const llvm::Type* part : record->elements()) append(part);
  } else if (const auto* array = llvm::dyn_cast<llvm::ArrayType>(type)) {
    for (std::uint64_t i = 0; i < array->getNumElements(); ++i) append(array->getElementType());
  } else {
    all.push_back(width_of(type, layout));
  }
  return all;
}

Code::Code(const llvm::Function& function)
    : function_(function), dominators_(const_cast<llvm::Function&>(function)), loops_(dominators_) {
  const auto add = [&](const llvm::Value& value) {
    places_[&value] = registers_;
    registers_ += words_of(value.getType());
    numbers_.resize(registers_, value.getType()->isIntegerTy());
  };
  for (const llvm::Argument& argument : function.args()) add(argument);
  for (const llvm::Instruction& one : llvm::instructions(function)) add(one);
  for (const llvm::BasicBlock* block : llvm::ReversePostOrderTraversal(&function))
    order_.try_emplace(block, order_.size());
  find_live();
}

void Code::set(llvm::BitVector& bits, const llvm::Value* value, bool on) const {
  const auto found = places_.find(value);
  if (found == places_.end()) return;
  for (unsigned i = 0; i < words_of(value->getType()); ++i) bits[found->second + i] = on;
}

/// Where the block ends.
llvm::BitVector Code::live_behind(const llvm::BasicBlock& block) const {
  llvm::BitVector live(registers_);
  for (const llvm::BasicBlock* next : llvm::successors(&block)) {
    live |= live_.find(next)->second;
    for (const llvm::PHINode& phi : next->phis())
      set(live, phi.getIncomingValueForBlock(&block), true);
  }
  return live;
}

void Code::find_live() {
  for (const llvm::BasicBlock& block : function_) live_[&block].resize(registers_);
  for (bool changed = true; changed;) {
    changed = false;
    for (const llvm::BasicBlock& block : llvm::reverse(function_)) {
      llvm::BitVector live = live_behind(block);
      for (const llvm::Instruction& one : llvm::reverse(block)) {
        set(live, &one, false);
        if (llvm::isa<llvm::PHINode>(one)) continue;
        for (const llvm::Value* operand : one.operands()) set(live, operand, true);
      }
      // A phi's value is there when its block begins.
      for (const llvm::PHINode& phi : block.phis()) set(live, &phi, true);
      if (live == live_[&block]) continue;
      live_[&block] = live;
      changed = true;
    }
  }
}

const llvm::BitVector& Code::live_at(const llvm::Instruction& call) const {
  const auto [found, is_new] = live_at_.try_emplace(&call);
  if (!is_new) return found->second;
  llvm::BitVector live = live_behind(*call.getParent());
  for (const llvm::Instruction& one : llvm::reverse(*call.getParent())) {
    if (&one != &call) set(live, &one, false);
    for (const llvm::Value* operand : one.operands()) set(live, operand, true);
    if (&one == &call) break;
  }
  return found->second = std::move(live);
}

const Code& Codes::of(const llvm::Function& function) {
  auto& code = known_[&function];
  if (!code) code = std::make_unique<Code>(function);
  return *code;
}

std::string source_name(const llvm::Function& function) {
  const llvm::DISubprogram* source = function.getSubprogram();
  return source == nullptr ? function.getName().str() : source->getName().str();
}

SourceLine source_line(const llvm::Instruction& at) {
  for (const llvm::Instruction* one = &at; one != nullptr; one = one->getPrevNode()) {
    const llvm::DebugLoc& place = one->getDebugLoc();
    if (!place || place.getLine() == 0) continue;
    return {llvm::cast<llvm::DIScope>(place.getScope())->getFilename().str(),
            static_cast<int>(place.getLine())};
  }
  return {};
}

std::string place_in_source(const llvm::Instruction& at) {
  const auto [file, line] = source_line(at);
  if (line == 0) return "?";
  return fmt::format("{}:{}", file.substr(file.rfind('/') + 1), line);
}

const llvm::Function* called(const llvm::CallBase& call) {
  return llvm::dyn_cast<llvm::Function>(call.getCalledOperand()->stripPointerCasts());
}

}  // namespace pincheck::follow
