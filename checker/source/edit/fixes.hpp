// SPDX-License-Identifier: MIT
// checker/source/edit: uses checker/mail; used by checker/source/patch.
// What the user gives to `patch`: edits, diffs and mails.
#pragma once

#include <string>

#include "checker/source/edit/texts.hpp"

namespace pincheck::edit {

/// Changes the texts by what `fix`, called `name`, says: edits where it is TOML, else diffs. Throws
/// InputError where it has neither, or does not apply.
void apply_fix(const std::string& fix, const std::string& name, Texts&);

}  // namespace pincheck::edit
