// SPDX-License-Identifier: MIT
#include "checker/explain/sentences.hpp"

#include <fmt/format.h>

namespace pincheck::explain::sentences {

std::string never_released(std::string_view who, Held held, std::string_view page) {
  const bool pin = held == Held::pin;
  return fmt::format("{} has {} page {} and never {} it", who, pin ? "pinned" : "got", page,
                     pin ? "unpins" : "puts");
}

std::string wrong_release(Held as, std::string_view who, std::string_view page, Held held) {
  const char* had = held == Held::get   ? "had only gotten"
                    : held == Held::pin ? "had pinned"
                                        : "had neither gotten nor pinned";
  return fmt::format("{}() by {} on page {}, which it {}",
                     as == Held::pin ? "unpin_user_page" : "put_page", who, page, had);
}

std::string written_back_under_pin(std::string_view page) {
  return fmt::format("writeback of page {} starts while a device may be writing it under a pin: {}",
                     page, kTorn);
}

}  // namespace pincheck::explain::sentences
