// SPDX-License-Identifier: MIT
// checker/testing: uses checker/report, checker/predict, checker/reproduce; used by all tests.
// What several tests need: the model as shipped, and verdicts of TOML written in the test.
#pragma once

#include <string>
#include <string_view>

#include "checker/judge/verdict.hpp"
#include "model/compile/files.hpp"
#include "shrinkers/schedule.hpp"

namespace pincheck::test {

/// Of random cases, an optimized build tries all, one that sanitizers slow down one in so many.
#ifdef PINCHECK_SANITIZED
inline constexpr int kShare = 20;
#else
inline constexpr int kShare = 1;
#endif

inline const Model& model() {
  static const Model shipped = [] {
    Model made;
    made.baseline = find_convention("get-put", made.kinds);
    return made;
  }();
  return shipped;
}

inline Scenario scenario(std::string_view text) {
  return parse_scenario(text, "test.toml", model().kinds);
}

inline Convention convention(const std::string& name) {
  return find_convention(name, model().kinds);
}

/// Everything violated in `schedules` schedules, asked or not.
inline search::SearchResult run(const Scenario& s, const Convention& c, int schedules = 2000,
                                std::uint64_t seed = 1) {
  Catalogue catalogue;
  return search::search(compile(s, c, model(), catalogue), {seed, schedules, 0}, nullptr);
}

/// The shrunk schedule of a violation that some of `schedules` schedules show.
inline Moves shrunk(const System& system, int property, int schedules) {
  const auto found =
      search::search(system, {1, schedules, 0}, nullptr).violation[property].schedule;
  return shrinkers::shrink_schedule(system, moves_of(system, found), property).moves;
}

inline bool violates(const search::SearchResult& result, std::string_view property) {
  return (result.violated >> property_index(property) & 1) != 0;
}

}  // namespace pincheck::test
