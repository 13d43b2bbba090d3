// SPDX-License-Identifier: MIT
#include "properties/first_violation.hpp"

namespace pincheck {
namespace {

/// Looks at the first event that violates the property, and passes over the others.
class First {
 public:
  First(int property, const Counts& counts) : bit_(PropertySet{1} << property), counts_(counts) {}

  Observer observer() { return {&First::tell, this}; }
  bool counts() const { return found_; }

 private:
  PropertySet bit_;
  const Counts& counts_;
  bool seen_ = false;
  bool found_ = false;

  static void tell(void* self, const System& system, const World& world, const Event& event) {
    First& first = *static_cast<First*>(self);
    if (first.seen_ || (violations(system, world, event) & first.bit_) == 0) return;
    first.seen_ = true;
    first.found_ = !first.counts_ || first.counts_(world, event);
  }
};

}  // namespace

bool violates_first(const System& system, World world, const std::vector<Choice>& choices,
                    int property, const Counts& counts) {
  First first(property, counts);
  for (const Choice& choice : choices) apply(system, world, choice, first.observer());
  return first.counts();
}

bool violates_at_end(const System& system, const World& world, bool nobody_moves, int property,
                     const Counts& counts) {
  First first(property, counts);
  report_end(system, world, nobody_moves, first.observer());
  return first.counts();
}

}  // namespace pincheck
