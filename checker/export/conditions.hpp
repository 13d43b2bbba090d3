// SPDX-License-Identifier: MIT
// checker/export: uses properties; used by checker/command.
// The properties' conditions as expressions, for the events that they watch.
#pragma once

#include <string>

#include "checker/export/view.hpp"

namespace pincheck::exporting {

/// An event, told by terms of the exported text at the place where it happens.
struct Moment {
  EventKind kind{};
  Term page{};
  Held as = Held::none;     ///< acquired, released
  bool from_page = false;   ///< acquired
  bool structural = false;  ///< acquired, released
  Term held{};              ///< left_over: the ledger entry
  Who who{};                ///< events that a request's own state matters for
  Term slot{};
};

/// When the property is violated at that moment. In an acquisition or a release the text has
/// the variables `before` and `was`: the count and the ledger entry before it. "false" where the
/// property does not look.
Term condition(const View& view, const Property& property, const Moment& moment);

/// Assertions of all properties that look at the moment.
void judge(Code& code, const View& view, const Moment& moment);

/// Assertions of what of a release is judged before it, from the request alone.
void judge_release(Code& code, const View& view, const Who& who, const Term& slot, int role);

}  // namespace pincheck::exporting
