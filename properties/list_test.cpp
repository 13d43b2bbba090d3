// SPDX-License-Identifier: MIT
// What each definition says of itself, against the list.
#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <set>

#include "properties/property.hpp"

namespace pincheck {
namespace {

#define PINCHECK_NAME(name) #name,
constexpr std::array<std::string_view, kProperties> kNames{PINCHECK_PROPERTIES(PINCHECK_NAME)};
#undef PINCHECK_NAME

}  // namespace

TEST_CASE("each property is the one that its place in the list says", "[properties]") {
  REQUIRE(properties().size() == kNames.size());
  std::set<std::string_view> codes;
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    const Property& property = properties()[i];
    std::string name(kNames[i]);
    std::replace(name.begin(), name.end(), '_', '-');
    INFO(name);
    CHECK(property.name == name);
    CHECK(index_of(property.id) == static_cast<int>(i));
    CHECK(property_index(name) == static_cast<int>(i));
    CHECK_FALSE(property.code.empty());
    CHECK(property.code.size() <= 7);
    CHECK(codes.insert(property.code).second);
    CHECK_FALSE(property.holds_when.empty());
    CHECK_FALSE(property.events.empty());
    CHECK(property.violated != nullptr);
  }
  CHECK(property_index("no-such-property") == -1);
}

}  // namespace pincheck
