// SPDX-License-Identifier: MIT
// checker/source/follow: uses checker/source/value, checker/source/callee; used by checker/source/scan.
// checker/source/scan. What only callers can say: whether they drop what a function leaves after an
// error, and whether any of them comes to what is wrong in it. Their verdicts say so, which follow
// it on all its paths.
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "checker/source/follow/verdict.hpp"

namespace llvm {
class Function;
}

namespace pincheck::follow {

using Verdicts = std::map<const llvm::Function*, Verdict>;

/// Decides what `verdicts` leave to callers, and takes findings out of functions that only others
/// of the program call, where these come to none of it. The verdicts of those callers that are not
/// among them are asked for with `follow`, which says nothing of functions that are no roots.
void ask_callers(Verdicts& verdicts,
                 const std::function<std::optional<Verdict>(const llvm::Function&)>& follow);

}  // namespace pincheck::follow
