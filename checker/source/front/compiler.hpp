// SPDX-License-Identifier: MIT
// checker/source/front: uses model/base; used by checker/source/scan.
// C files as LLVM's intermediate code, by clang.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace pincheck::front {

/// How clang is asked to compile a file.
struct Recipe {
  std::string file;
  std::string folder{};            ///< to compile in; empty: the current one
  std::vector<std::string> flags;  ///< without -c, -o and the file
  bool has_own_header = false;     ///< pincheck.h can be included
};

/// A file that includes our own pincheck.h only, and needs no kernel.
Recipe alone(const std::string& file);

/// What came of compiling a file: code, or the compiler's first error.
struct Compiled {
  std::string code;
  std::string error;
};

class Cache;

/// Runs clang 19. May be used by several threads.
class Compiler {
 public:
  /// `cache`: a folder where code is kept for the next time; none if empty.
  explicit Compiler(const std::string& cache);
  Compiler(const Compiler&) = delete;
  Compiler& operator=(const Compiler&) = delete;
  ~Compiler();
  /// Helpers stay calls, which are known by name. Throws InputError where clang is not installed,
  /// the file is missing or the cache can't be written.
  Compiled compile(const Recipe&) const;

 private:
  std::unique_ptr<Cache> cache_;
};

}  // namespace pincheck::front
