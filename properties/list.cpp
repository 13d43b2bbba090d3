// SPDX-License-Identifier: MIT
#include <algorithm>

#include "generated/definitions.hpp"

namespace pincheck {
namespace {

Property listed(PropertyId id, std::string name, Property property) {
  std::replace(name.begin(), name.end(), '_', '-');
  property.id = id;
  property.name = std::move(name);
  return property;
}

}  // namespace

const std::vector<Property>& properties() {
#define PINCHECK_DEFINED(name) listed(PropertyId::name, #name, pincheck::name().property),
  static const std::vector<Property> all{PINCHECK_PROPERTIES(PINCHECK_DEFINED)};
#undef PINCHECK_DEFINED
  return all;
}

int property_index(std::string_view name) {
  const auto& all = properties();
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].name == name) return static_cast<int>(i);
  return -1;
}

Watched watched_by(const std::vector<Property>& all) {
  Watched found;
  for (const Property& property : all)
    for (const Watch& watch : property.events) found.add(property.name, watch.kind, watch.reads);
  return found;
}

const Watched& watched() {
  static const Watched all = watched_by(properties());
  return all;
}

PropertySet run_enders() {
  PropertySet found = 0;
  const auto& all = properties();
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].ends_run) found |= PropertySet{1} << i;
  return found;
}

}  // namespace pincheck
