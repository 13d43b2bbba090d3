// SPDX-License-Identifier: MIT
// checker/judge: uses checker/counterexample, checker/generate; used by checker/report.
// How much a run of `check` does, by what there is time for.
#pragma once

#include <array>
#include <string_view>

#include "checker/judge/campaign.hpp"

namespace pincheck::judge {

struct Profile {
  std::string_view name;
  int schedules;          ///< of each, as in CampaignOptions
  int cases;              ///< likewise
  int case_schedules;     ///< likewise
  double shrink_seconds;  ///< likewise
};

/// A third of the usual, and some hours. Neither ends by the clock: what it says does not depend on
/// the machine.
inline constexpr std::array kProfiles{Profile{.name = "quick",
                                              .schedules = 2000,
                                              .cases = 200,
                                              .case_schedules = 60,
                                              .shrink_seconds = 2},
                                      Profile{.name = "night",
                                              .schedules = 200'000,
                                              .cases = 2'000'000,
                                              .case_schedules = 200,
                                              .shrink_seconds = 0}};

inline void apply(const Profile& profile, CampaignOptions& options) {
  options.schedules = profile.schedules;
  options.cases = profile.cases;
  options.case_schedules = profile.case_schedules;
  options.shrink_seconds = profile.shrink_seconds;
}

}  // namespace pincheck::judge
