// SPDX-License-Identifier: MIT
// checker/source/scan: uses checker/source/front, checker/source/follow, checker/report; used by checker/command.
// checker/command. Which files are read as one program: those that call each other where page
// references are at stake.
#pragma once

#include <llvm/IR/Module.h>

#include <string>
#include <vector>

#include "checker/source/callee/callee.hpp"

namespace pincheck::scan {

/// What a file's functions are to other files.
struct Outline {
  struct Function {
    std::string name;
    bool for_all = false;              ///< other files can call it
    bool touches = false;              ///< takes or drops a reference by itself
    std::vector<std::string> calls{};  ///< or hands over, of what nobody describes
  };
  std::vector<Function> functions;
};

Outline outline_of(const llvm::Module&, const callee::Callees&);

/// The numbers of the files of each program, ascending. A file is with those that define what its
/// functions call, where the one or the other comes to take or drop references; a name that several
/// files define for all is nobody's.
std::vector<std::vector<std::size_t>> programs(const std::vector<Outline>&);

}  // namespace pincheck::scan
