// SPDX-License-Identifier: MIT
// checker/source/patch: uses checker/source/edit, checker/source/scan; used by checker/command.
// Verdicts of the same functions before and after a change, held against each other.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "checker/source/scan/scan.hpp"

namespace pincheck::patch {

enum class How : std::uint8_t {
  /// A new finding, or balanced no longer, or callers are left with something else, and none of
  /// them is changed.
  worse,
  better,  ///< findings that are gone, or balanced at last
  other,   ///< new or gone without a finding, or other questions
  same,
};

/// A function on both sides, or on one.
struct Pair {
  std::string file;  ///< after, or where it was
  std::string function;
  std::optional<follow::Verdict> before{}, after{};
  How how{};
  std::vector<follow::Finding> fresh{}, gone{};
  std::vector<std::string> now_left{}, no_longer_left{};  ///< to callers: of Verdict::ends
};

/// `new_names`: of files that were renamed, by their old names. `adapted`: functions of which a
/// caller is changed, too. Findings are the same if their kind is, and the places that they are
/// about, or what happens on the path: first with all outcomes, then by who is called. Pairs are in
/// the order of files and lines; without those that take nothing on both sides.
std::vector<Pair> compare(const std::vector<scan::FileResult>& before,
                          const std::vector<scan::FileResult>& after,
                          const std::map<std::string, std::string>& new_names,
                          const std::set<std::string>& adapted);

}  // namespace pincheck::patch
