// SPDX-License-Identifier: MIT
// checker/source/edit: uses model/base; used by checker/source/patch.
// Mails as git format-patch, git am and mail readers write them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pincheck::edit {

/// The bodies of the mails of an mbox or of a single mail, decoded; the text itself where it is
/// none. Each line of the text has its line there unless the mail is encoded. Throws InputError
/// for mails of several parts or of an unknown encoding; `name` says of what.
std::vector<std::string> bodies(std::string_view text, const std::string& name);

}  // namespace pincheck::edit
