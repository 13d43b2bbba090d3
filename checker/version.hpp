// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace pincheck {

/// Written into every file and every JSON document.
inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace pincheck
