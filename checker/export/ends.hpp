// SPDX-License-Identifier: MIT
// checker/export: uses properties; used by checker/command.
// The end of a run in the exported text: what report_end judges where nobody can move.
#pragma once

#include "checker/export/view.hpp"

namespace pincheck::exporting {

/// Every thread has finished, was never started, or stands at its first step.
Term all_done(const View& view);

/// Assertions about what is left over; uses the variables `expected` and `expected_pins`.
void judge_leftovers(Code& code, const View& view);

/// The assertion about waiting for ever.
void judge_stuck(Code& code, const View& view);

}  // namespace pincheck::exporting
