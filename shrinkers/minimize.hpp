// SPDX-License-Identifier: MIT
// shrinkers: uses checker/explore; used by checker/counterexample.
// The smallest counterexample that a violation comes down to.
//
// A scenario is smaller than another if simplifications lead to it (shrinkers/scenario.hpp). The
// question stays what it is, and so does the mechanism (shrinkers/mechanism.hpp) of the violation:
// of a run's first violation of the property. What minimize() proves: no interleaving of a smaller
// scenario with fewer parts than the result violates the property by that mechanism; no schedule of
// the result's scenario that does is shorter, none as short has fewer faults, and of those none
// fewer switches between threads. So whatever schedule with that mechanism the search starts from,
// the result is the same.
#pragma once

#include <functional>
#include <string_view>

#include "model/base/stopped.hpp"
#include "model/compile/compile.hpp"
#include "shrinkers/mechanism.hpp"

namespace pincheck::shrinkers {

/// What is proved of a counterexample. Files say it by minimality_name.
enum class Minimality : std::uint8_t {
  proved,    ///< no smaller scenario, no shorter schedule
  schedule,  ///< no shorter schedule of this scenario
  none,      ///< as small as it got within the budget
};
/// "proved", "schedule", "no".
std::string_view minimality_name(Minimality);

struct Minimal {
  Scenario scenario;
  Moves moves;
  Minimality minimality = Minimality::none;
  int replays = 0;           ///< schedules tried
  int scenarios = 0;         ///< scenarios searched exhaustively
  std::size_t original = 0;  ///< steps at the start
};

struct MinimizeOptions {
  Keep keep = Keep::question;
  double seconds = 10;                           ///< 0 means no limit
  std::size_t max_bytes = std::size_t{1} << 30;  ///< for one search
  Stopped stopped = nullptr;                     ///< Ctrl-C
  std::function<void(const Minimal&)> better;    ///< called with each step forward
};

/// `moves` must violate the property in the scenario. Throws what compile throws.
Minimal minimize(const Scenario&, const Convention&, const Moves& moves, int property, const Model&,
                 Catalogue&, const MinimizeOptions&);

/// The scenario without actors that take no step in the moves, which are renumbered to fit.
Scenario without_bystanders(const Scenario&, Moves& moves);

}  // namespace pincheck::shrinkers
