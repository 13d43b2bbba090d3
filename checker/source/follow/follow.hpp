// SPDX-License-Identifier: MIT
// checker/source/follow: uses checker/source/value, checker/source/callee; used by checker/source/scan.
// checker/source/scan. Follows a function on all its paths.
#pragma once

#include <unordered_map>
#include <vector>

#include "checker/source/callee/callee.hpp"
#include "checker/source/follow/reach.hpp"
#include "checker/source/follow/verdict.hpp"

namespace pincheck::follow {

/// Functions of the file itself that come to take references, and that nobody describes.
std::vector<const llvm::Function*> roots(const llvm::Module&, const Reach&, const callee::Callees&);

/// Functions whose calls leave references as they were: whether they took any in between.
using Settled = std::unordered_map<const llvm::Function*, bool>;

/// All paths through the function and what it calls, within the bounds. The caller's memory is
/// unknown, and what two pointers of it point to is apart.
/// Callees that are settled are not followed, unless they are given pages.
Verdict follow(const llvm::Function&, const Reach&, const callee::Callees&, const Settled&,
               const Bounds&);

}  // namespace pincheck::follow
