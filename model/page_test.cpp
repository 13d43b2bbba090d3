// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include "model/page.hpp"
TEST_CASE("x"){}
