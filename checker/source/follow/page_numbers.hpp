// SPDX-License-Identifier: MIT
// checker/source/follow: uses checker/source/value, checker/source/callee; used by checker/source/scan.
// checker/source/scan. What the kernel makes of a page's address and back: its number, the address
// of its contents (page_to_pfn(), page_address(), virt_to_page() and the like, which are
// arithmetic).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "checker/source/value/terms.hpp"

namespace pincheck::follow {

/// Behind a page's address: the bytes of a page are not the fields of its struct.
inline constexpr std::int64_t kContents = std::int64_t{1} << 40;

/// A variable with which the kernel says where pages and their contents are, on x86-64 with four
/// levels of page tables and where nothing is moved at boot (Documentation/arch/x86/x86_64/mm.rst).
std::optional<std::uint64_t> word_of_layout(std::string_view variable);

class PageNumbers {
 public:
  explicit PageNumbers(value::Terms& terms) : terms_(terms) {}

  /// The term, which has a page's address in it, as that page or a place in its contents, if it is
  /// one whichever page that is.
  value::Term simplified(value::Term term, std::uint32_t page);

 private:
  value::Term with(value::Term term, std::uint32_t page, std::uint64_t number);
  value::Term sum_with(const value::Node& sum, std::uint32_t page, std::uint64_t number);
  value::Term found(value::Term term, std::uint32_t page);

  value::Terms& terms_;
  std::unordered_map<value::Term, value::Term> known_;
};

}  // namespace pincheck::follow
