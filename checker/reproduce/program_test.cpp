// SPDX-License-Identifier: MIT
// What programs do about one thing each.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "checker/reproduce/program_support.hpp"

namespace pincheck {

using test::contains;
using test::program_of;

TEST_CASE("what was read is looked for where it was read to, or nowhere", "[reproduce]") {
  const auto of = [](const char* backing, const char* kind) {
    return program_of(fmt::format(
        R"(name = "s"
page = [{{ name = "a", backing = "{0}" }}, {{ name = "b", backing = "{0}" }}]
actor = [{{ name = "read", path = "direct-read", caller = "legacy", kind = "{1}", pages = ["b", "a"] }},
         {{ name = "kswapd", path = "reclaim", pages = ["b"] }}]
)",
        backing, kind));
  };
  const std::string check = "check_memory(\"read\", page_b";
  CHECK(contains(of("file", "ubuf"), check));
  CHECK(contains(of("anon", "bvec"), check));
  const std::string cached = of("file", "bvec");
  CHECK_FALSE(contains(cached, "check_memory"));
  CHECK(contains(cached, "acts on other pages"));
  CHECK(contains(cached, "anon_page(NULL, 8192, 'b')"));
  CHECK(contains(cached, "memset(own + 4096, 'a', 4096)"));
}

}  // namespace pincheck
