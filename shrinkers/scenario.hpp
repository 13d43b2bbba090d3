// SPDX-License-Identifier: MIT
// shrinkers: uses checker/explore; used by checker/counterexample.
// Making a failing scenario small: fewer actors, pages, pipes and listed pages, simpler kinds and
// flags, fewer "what if"s.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "model/question/scenario.hpp"

namespace pincheck::shrinkers {

/// What a scenario is made of, counted: actors, pages, pipes, pages listed by actors and held by
/// rings, and whatever is not as simple as it could be, one each.
int parts(const Scenario&);

/// What simplifying leaves as it is. Of a question that somebody asked: callers, kinds, what
/// creators hold and how long, async, folio orders, checks taken out, reclaim's switch,
/// bias and width. Pages, pipes and actors may go, and page state that makes no difference.
enum class Keep : std::uint8_t { question, nothing };

/// Scenarios one simplification away: each has fewer parts, or an earlier caller. All are well
/// formed; whether they still fail is the asker's question.
std::vector<Scenario> simpler(const Scenario&, Keep);

/// Every scenario that simplifications lead to, itself included, in order of size. Nothing when
/// there are more than `most`.
std::optional<std::vector<Scenario>> sub_scenarios(const Scenario&, Keep, std::size_t most);

/// Walks down RapidCheck shrinkables of `simpler` as long as `still_fails` says yes.
Scenario shrink_scenario(const Scenario&, Keep,
                         const std::function<bool(const Scenario&)>& still_fails);

}  // namespace pincheck::shrinkers
