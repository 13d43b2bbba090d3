// SPDX-License-Identifier: MIT
// checker/source/front: uses model/base; used by checker/source/scan.
// C files as LLVM's intermediate code: compiled by clang, read and tidied for following.
#pragma once

#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>

#include <memory>
#include <string>
#include <vector>

namespace pincheck::front {

/// How clang is asked to compile a file.
struct Recipe {
  std::string file;
  std::string folder;              ///< to compile in; empty: the current one
  std::vector<std::string> flags;  ///< without -c, -o and the file
};

/// A compiled file. Not copied: values point into it.
class Program {
 public:
  Program(std::unique_ptr<llvm::LLVMContext> context, std::unique_ptr<llvm::Module> module)
      : context_(std::move(context)), module_(std::move(module)) {}
  llvm::Module& module() { return *module_; }

 private:
  std::unique_ptr<llvm::LLVMContext> context_;
  std::unique_ptr<llvm::Module> module_;
};

/// What came of compiling a file: a program, or the compiler's first error.
struct Compiled {
  std::unique_ptr<Program> program;
  std::string error;
};

/// Runs clang 19. Helpers stay calls, which are known by name; only locals become values.
/// Throws InputError where clang is not installed or the file is missing.
Compiled compile(const Recipe&);

/// A file that includes our own pincheck.h only, and needs no kernel.
Recipe alone(const std::string& file);

}  // namespace pincheck::front
