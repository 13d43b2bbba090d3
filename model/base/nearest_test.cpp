// SPDX-License-Identifier: MIT
#include "model/base/nearest.hpp"

#include <catch2/catch.hpp>

namespace pincheck {

TEST_CASE("a typo is near to one name", "[nearest]") {
  const Names names{"check",    "verdicts", "explore", "export",
                    "easy-fix", "get-put",  "bvec",    "kvec"};
  for (const auto& [typed, meant] :
       std::vector<std::pair<std::string_view, std::string_view>>{
           {"chekc", "check"},        // exchanged
           {"chek", "check"},         // left out
           {"exxplore", "explore"},   // put in
           {"verdikts", "verdicts"},  // replaced
           {"easyfix", "easy-fix"},
           {"GET-PUT", "get-put"},
           {"exprot", "export"},
           {"bvek", "bvec"},
           {"cvec", "bvec"}})  // two are as near: the first
  {
    CAPTURE(typed);
    CHECK(nearest(typed, names) == meant);
    CHECK(did_you_mean(typed, names) == "; did you mean '" + std::string(meant) + "'?");
  }
  CHECK(one_of("bvek", {"bvec", "ubuf"}) == "one of: bvec, ubuf; did you mean 'bvec'?");
}

TEST_CASE("what is near to nothing is no typo", "[nearest]") {
  for (const std::string_view typed : {"", "nonsense", "warp", "x", "ab", "exp"}) {
    CAPTURE(typed);
    CHECK(nearest(typed, {"check", "explore", "bvec", "a", "ac"}).empty());
  }
  CHECK(nearest("check", {}).empty());
  CHECK(nearest(std::string(100'000, 'x'), {"check"}).empty());
  CHECK(one_of("warp", {"bvec", "ubuf"}) == "one of: bvec, ubuf");
}

}  // namespace pincheck
