// SPDX-License-Identifier: MIT
// checker/export: uses properties; used by checker/command.
// A step's tests as an expression and its effects as statements.
#pragma once

#include <string>

#include "checker/export/view.hpp"

namespace pincheck::exporting {

/// A thread of a group, inside its own rules.
struct Mover {
  const Group& group;
  bool completion = false;
  Who who;
  int thread() const { return 2 * who.actor + (completion ? 1 : 0); }
};

Mover mover(const View& view, const Group& group, bool completion);

/// Whether the test comes out as it expects. Throws std::invalid_argument for an unknown Ask.
Term answer(const View& view, const Mover& mover, const Test& test);
/// All tests of an outcome.
Term guard(const View& view, const Mover& mover, const Outcome& outcome);

/// The effects of an outcome; without the step to the next program counter. They use the
/// variables `p` and `q` (pages) and `n` (a number).
void act(Code& code, const View& view, const Mover& mover, const Outcome& outcome);

/// Whether a thread that stands at the step can take it.
Term can_leave(const View& view, const Mover& mover, const Step& step);

}  // namespace pincheck::exporting
