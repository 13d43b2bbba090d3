// SPDX-License-Identifier: MIT
// checker/export: uses properties; used by checker/command.
// The properties' conditions as expressions, for the events that they watch.
#pragma once

#include "checker/export/told.hpp"

namespace pincheck::exporting {

/// Assertions of all properties that look at the moment.
void judge(Code& code, const View& view, const Moment& moment);

}  // namespace pincheck::exporting
