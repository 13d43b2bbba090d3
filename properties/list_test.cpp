// SPDX-License-Identifier: MIT
// What each definition says of itself.
#include <catch2/catch.hpp>

#include <set>

#include "properties/property.hpp"

namespace pincheck {

TEST_CASE("each property has a name, a code and a place of its own", "[properties]") {
  REQUIRE(properties().size() == kProperties);
  std::set<std::string_view> codes;
  int place = -1;
  for (int i = 0; i < kProperties; ++i) {
    const Property& property = properties()[i];
    INFO(property.name);
    CHECK(index_of(property.id) == i);
    CHECK(property_index(property.name) == i);
    CHECK(property.place > place);
    CHECK_FALSE(property.code.empty());
    CHECK(property.code.size() <= 7);
    CHECK(codes.insert(property.code).second);
    CHECK_FALSE(property.holds_when.empty());
    CHECK_FALSE(property.events.empty());
    place = property.place;
  }
  CHECK(property_of(PropertyId::no_late_pin).name == "no-late-pin");
  CHECK(property_index("no-such-property") == -1);
}

}  // namespace pincheck
