// SPDX-License-Identifier: MIT
// checker/export: uses properties; used by checker/command.
// Expressions of the exported text, written with C's operators; Code translates them.
#pragma once

#include <string>
#include <vector>

namespace pincheck::exporting {

/// An expression such as `page[p].locked && read_count < 2`. What is known beforehand is folded.
using Term = std::string;

Term all_of(const std::vector<Term>& terms);
Term any_of(const std::vector<Term>& terms);
Term negated(const Term& term);
/// Constants (numbers and page names) are compared at once.
Term equal(const Term& a, const Term& b);
Term less(const Term& a, const Term& b);
Term choose(const Term& condition, const Term& then, const Term& otherwise);
/// The sum of terms; zeros are left out.
Term sum_of(const std::vector<Term>& terms);

/// How pages are called in the exported text; `none` is no page.
inline const std::string kPagePrefix = "P_";
inline const Term kNone = "none";

}  // namespace pincheck::exporting
