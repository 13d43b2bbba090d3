// SPDX-License-Identifier: MIT
// checker/export: uses properties; used by checker/command.
// The instruction set's counter primitives as procedures of the exported text, in the order
// "change, then tell": assertions stand where the interpreter's monitors look.
#pragma once

#include <string>

#include "checker/export/view.hpp"

namespace pincheck::exporting {

/// Definitions of those primitives that the system's steps use.
std::string primitives(const View& view);

}  // namespace pincheck::exporting
