// SPDX-License-Identifier: MIT
#include "model/language/page.hpp"

#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>

namespace pincheck {

TEST_CASE("wrap is two's complement of any width", "[page]") {
  CHECK(wrap(2047, 12) == 2047);
  CHECK(wrap(2048, 12) == -2048);
  CHECK(wrap(-2049, 12) == 2047);
  CHECK(wrap(1LL << 31, 32) == INT32_MIN);
  CHECK(wrap(-1, 8) == -1);
}

TEST_CASE("wrap agrees with the machine's 32-bit counter", "[page]") {
  rc::prop("for every value", [](std::int64_t value) {
    RC_ASSERT(wrap(value, 32) == static_cast<std::int32_t>(static_cast<std::uint32_t>(value)));
  });
  rc::prop("and adding then taking away is nothing at all", [] {
    const int width = *rc::gen::inRange(8, 33);
    const auto start = wrap(*rc::gen::arbitrary<std::int32_t>(), width);
    const auto amount = *rc::gen::arbitrary<std::int32_t>();
    const auto there = wrap(std::int64_t{start} + amount, width);
    RC_ASSERT(wrap(std::int64_t{there} - amount, width) == start);
  });
}

TEST_CASE("maybe_dma_pinned is the kernel's guess on a small folio", "[page]") {
  const Arithmetic linux;
  const auto page = [](int ref, int pins) {
    Page made;
    made.ref = ref;
    made.pins = static_cast<Page::Pins>(pins);
    return made;
  };
  CHECK_FALSE(maybe_dma_pinned(page(1023, 0), false, linux));
  CHECK(maybe_dma_pinned(page(1024, 0), false, linux));  // 1024 plain gets look like a pin
  CHECK(maybe_dma_pinned(page(1025, 0), false, linux));
  CHECK(maybe_dma_pinned(page(-1, 0), false, linux));  // (unsigned)ref: wrapped looks pinned
  CHECK_FALSE(maybe_dma_pinned(page(5000, 0), true, linux));
  CHECK(maybe_dma_pinned(page(3, 1), true, linux));
  CHECK_FALSE(maybe_dma_pinned(page(3, -1), true, linux));  // a masked pin (get, then unpin)
}

TEST_CASE("a pin weighs the bias on a small folio and one on a large one", "[page]") {
  CHECK(pin_weight(false, {}) == 1024);
  CHECK(pin_weight(true, {}) == 1);
}

}  // namespace pincheck
