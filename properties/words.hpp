// SPDX-License-Identifier: MIT
// properties: uses model/machine; used by checker/search, checker/export.
// What holders of references are called.
#pragma once

#include <string>
#include <vector>

#include "model/machine/ledger.hpp"
#include "model/question/scenario.hpp"

namespace pincheck {

/// "the page cache", "a PTE", "dio's pin (extraction)": the reference's holder, for people.
std::string holder_name(const Scenario&, const Reference&);
/// "a, b and c".
std::string in_words(const std::vector<std::string>& items);

}  // namespace pincheck
