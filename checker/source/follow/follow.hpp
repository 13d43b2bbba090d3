// SPDX-License-Identifier: MIT
// checker/source/follow: uses checker/source/value, checker/source/callee; used by checker/source/scan.
// checker/source/scan. Follows a function on all its paths.
#pragma once

#include "checker/source/callee/callee.hpp"
#include "checker/source/follow/reach.hpp"
#include "checker/source/follow/verdict.hpp"

namespace pincheck::follow {

/// Functions of the file itself that come to take references, and that nobody describes.
std::vector<const llvm::Function*> roots(const llvm::Module&, const Reach&, const callee::Callees&);

/// All paths through the function and what it calls, within the bounds. The caller's memory is
/// unknown, and what two pointers of it point to is apart.
Verdict follow(const llvm::Function&, const Reach&, const callee::Callees&, const Bounds&);

}  // namespace pincheck::follow
