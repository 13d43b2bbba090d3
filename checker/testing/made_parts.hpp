// SPDX-License-Identifier: MIT
// checker/testing: uses checker/report, checker/predict, checker/reproduce; used by all tests.
// What made functions hold, in the ways in which several of their parts hold it. Each takes the
// statements that come to it, and names variables by a number.
#pragma once

#include "checker/testing/made_draft.hpp"

namespace pincheck::test {

/// So many pages in an array.
struct Pages {
  std::string array, count;
  bool pinned = false;
  bool one_call = false;  ///< they came from one call, and follow each other
};

/// Drops one page.
std::string dropped(bool pinned, const std::string& page);
std::string drop_array(Draft&, const Pages&);
Taken array_taken(Draft&, std::string text, const Pages&);
/// In `p`.
Taken page_taken(Draft&, std::string text, int id, bool pinned);
/// Pins in a list of nodes at `h`; `d` is one of them.
Taken list_taken(Draft&, std::string text, int id);
/// In the box `l`.
Taken box_taken(std::string text, int id);

}  // namespace pincheck::test
