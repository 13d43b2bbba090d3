// SPDX-License-Identifier: MIT
// What the commands share: their arguments, what those choose, and how they print.
#pragma once

#include <string>
#include <vector>

#include "checker/campaign.hpp"
#include "checker/enumerate.hpp"
#include "checker/explore/explore.hpp"

namespace pincheck {

// Exit statuses.
inline constexpr int kAsExpected = 0;
inline constexpr int kDiffers = 1;  ///< or not finished
inline constexpr int kBadInput = 2;

struct Arguments {
  std::vector<std::string> conventions;
  std::vector<std::string> scenarios;
  std::vector<std::string> files;
  std::string what;
  std::string save;
  std::string chk;
  std::string zp;
  CampaignOptions options;
  ExploreOptions exploring;
  Bounds bounds{.actors = 0, .pages = 0};  ///< explore: all 0 where a scenario is given
  bool json = false;
};

Model make_model();
/// The conventions and scenarios that the arguments name, all shipped ones if none. Throw
/// InputError.
std::vector<Convention> chosen_conventions(const Arguments&, const Model&);
std::vector<Scenario> chosen_scenarios(const Arguments&, const Model&);
/// A scenario that a convention speaks of must be shipped or among those being judged.
void check_expected_scenarios(const std::vector<Convention>&, const std::vector<Scenario>& judged,
                              const Model&);
/// Names in a file that only this layer knows. `origin` is a file or a shipped name.
void check_names(const std::string& origin, const Scenario&, const Model&);
void check_names(const std::string& origin, const Convention&);

void print(const std::string& text);
int terminal_width();
void make_folder(const std::string& folder);
/// Writes the counterexamples into a folder, each under a name that tells what it is.
void save_all(const std::string& folder, const std::vector<Shown>&, std::uint64_t seed);

int run_check(const Arguments&, bool whole);
int run_explore(const Arguments&);

}  // namespace pincheck
