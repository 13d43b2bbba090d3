// SPDX-License-Identifier: MIT
// checker/source/scan: uses checker/source/front, checker/source/follow, checker/report; used by checker/source/patch.
// checker/command. What other files of a tree say of functions that are undecided without them.
#pragma once

#include <vector>

#include "checker/source/scan/scan.hpp"

namespace pincheck::scan {

/// Reads with each file those that Options::nearby finds for what its verdicts ask, and again for
/// what these ask then, a few times. Verdicts that are decided so say with which files.
void read_wider(std::vector<FileResult>&, const std::vector<Source>&, const callee::Callees&,
                const Options&);

}  // namespace pincheck::scan
