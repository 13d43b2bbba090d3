// SPDX-License-Identifier: MIT
// checker/report: uses checker/judge; used by checker/source/scan, checker/command.
// What `check --statistics` says.
#pragma once

#include "checker/judge/campaign.hpp"
#include "checker/report/report.hpp"

namespace pincheck::report {

/// What was exercised and how often, what never, and the first violation of each convention.
std::string statistics_text(const judge::Campaign&, const std::vector<Convention>&);
Json statistics_data(const judge::Campaign&, const std::vector<Convention>&);

}  // namespace pincheck::report
