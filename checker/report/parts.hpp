// SPDX-License-Identifier: MIT
// checker/report: uses checker/judge; used by checker/source/scan, checker/command.
// What several reports say in the same words.
#pragma once

#include "checker/judge/stories.hpp"
#include "checker/report/report.hpp"

namespace pincheck::report {

/// What every document begins with.
Json header(std::string_view command);
Json names(PropertySet);
/// Actors that did nothing, and why.
Json idle(const judge::Cell&);
Json shown_data(const std::vector<judge::Shown>&);

/// All counterexamples, each under a heading that says whose they are.
std::string shown_text(const std::vector<judge::Shown>&);
/// What is proved of a counterexample.
std::string_view proof_text(shrinkers::Minimality);
/// "1 step", "2 steps".
std::string plural(std::size_t count, std::string_view what);

std::vector<HasStories::Told> told(const std::vector<judge::Shown>&);

/// A case that is good unless there is something to say against it.
HasCases::Case failed_if(bool wrong, std::string name, std::string message,
                         std::string details = "");
/// A verdict, with the counterexamples that are its own. `unfinished` says why, or is empty.
HasCases::Case case_of(const judge::Cell&, const std::vector<judge::Shown>&,
                       const std::string& unfinished = "");
/// The stories, without colours, of those that `wanted` says.
std::string stories_text(const std::vector<judge::Shown>&,
                         const std::function<bool(const judge::Shown&)>& wanted);

}  // namespace pincheck::report
