// SPDX-License-Identifier: MIT
// model/base: used by model/language, checker/mail, checker/source/value, checker/source/callee, checker/source/front.
// checker/source/front. How long work is told to stop: Ctrl-C, a budget.
#pragma once

#include <functional>

namespace pincheck {

/// Asked now and then; true ends the work with what it has. May be empty.
using Stopped = std::function<bool()>;

inline bool says(const Stopped& stopped) { return stopped && stopped(); }

}  // namespace pincheck
