// SPDX-License-Identifier: MIT
// checker/explain: uses checker/story; used by checker/render, checker/trace.
// What is said of a violation in the same words, be it the model or a booted kernel that shows it.
#pragma once

#include <string>
#include <string_view>

#include "model/language/world.hpp"

namespace pincheck::explain::sentences {

/// "dio has pinned page a and never unpins it".
std::string never_released(std::string_view who, Held held, std::string_view page);
/// "put_page() by dio on page a, which it had pinned".
std::string wrong_release(Held as, std::string_view who, std::string_view page, Held held);
/// "writeback of page a starts while a device may be writing it under a pin: what reaches ...".
std::string written_back_under_pin(std::string_view page);

/// How the last one ends: why that matters.
inline constexpr std::string_view kTorn = "what reaches the disk may be torn";

}  // namespace pincheck::explain::sentences
