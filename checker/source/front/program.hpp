// SPDX-License-Identifier: MIT
// checker/source/front: uses model/base; used by checker/source/scan.
// Compiled files as one program.
#pragma once

#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace pincheck::front {

/// Not copied: values point into it.
class Program {
 public:
  /// Links what clang made of files. Functions of one name stay apart, with a number behind a dot,
  /// also where two files define it for all. Throws InputError: that is no intermediate code.
  explicit Program(const std::vector<std::string_view>& codes);
  /// For following: locals become values, empty blocks go. No call is inlined, nothing speculated.
  void tidy();
  llvm::Module& module() const { return *module_; }

 private:
  std::unique_ptr<llvm::LLVMContext> context_ = std::make_unique<llvm::LLVMContext>();
  std::unique_ptr<llvm::Module> module_;
};

}  // namespace pincheck::front
