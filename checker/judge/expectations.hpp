// SPDX-License-Identifier: MIT
// checker/judge: uses checker/counterexample, checker/generate; used by checker/report.
// What a convention declares of a scenario. A declaration covers the scenarios it names, and those
// in which one of its callers takes part, but no more than that:
//  - nothing in a scenario that takes a check out of the kernel (`without`);
//  - where it names callers, nothing that shows without any actor of theirs, too. Who is to blame
//    cannot be read off an event: a page that NFS let go is freed by reclaim.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "model/iterators/kind.hpp"
#include "model/question/scenario.hpp"
#include "properties/property.hpp"

namespace pincheck::judge {

struct Declared {
  PropertySet covered = 0;   ///< may show
  PropertySet required = 0;  ///< must show: declared for this very scenario
};

Declared declared(const Convention&, const Scenario&);

/// Why the convention expects those of the violations that it declares.
std::vector<std::string> reasons(const Convention&, const Scenario&, PropertySet violated);

/// Finds what is violated in a scenario.
using Violations = std::function<PropertySet(const Scenario&)>;

/// Of the `shown` violations that are covered because of who takes part, those that show without
/// any actor of those callers, too.
PropertySet shown_by_others(const Convention&, const Scenario&, PropertySet shown, const Kinds&,
                            const Violations&);

}  // namespace pincheck::judge
