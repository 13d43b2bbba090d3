// SPDX-License-Identifier: MIT
// model/base: used by model/language, checker/mail, checker/source/value, checker/source/callee, checker/source/front.
// checker/source/front. What was perhaps meant by a word that is no name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pincheck {

using Names = std::vector<std::string_view>;

/// The names of values that have one.
template <class Range>
Names names_in(const Range& all) {
  Names names;
  for (const auto& one : all) names.emplace_back(one.name);
  return names;
}

/// The nearest of the names, by letters that are put in, left out, replaced, or exchanged with the
/// next one; of several the first. "" where none is near: more than a third of the word is edited.
std::string_view nearest(std::string_view word, const Names&);

/// "; did you mean 'bvec'?", for the end of a message; "" where no name is near.
std::string did_you_mean(std::string_view word, const Names&);

/// "one of: bvec, kvec; did you mean 'bvec'?", for the end of a message.
std::string one_of(std::string_view word, const Names&);

}  // namespace pincheck
