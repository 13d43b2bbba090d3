// SPDX-License-Identifier: MIT
// model/base: used by model/language, checker/mail, checker/source/value, checker/source/callee, checker/source/front.
// checker/source/front. Which pincheck this is.
#pragma once

#include <string_view>

namespace pincheck {

/// Written into every file and every JSON document.
inline constexpr std::string_view kVersion = "0.1.0";
/// When it got that number, as a man page says it.
inline constexpr std::string_view kVersionDate = "2026-11-27";

/// Of every JSON document; it grows when a key changes or goes (see output.schema.json).
inline constexpr int kJsonFormat = 2;

/// What `git describe` said when this was configured, "unknown" outside of a repository. Written
/// into every counterexample file, on a line of its own.
std::string_view tool_commit();

}  // namespace pincheck
