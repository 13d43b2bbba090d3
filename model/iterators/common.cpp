// SPDX-License-Identifier: MIT
// What several kinds share: short extraction, and references made from struct pages.
#include "model/iterators/kind.hpp"

namespace pincheck {

void stops_here(StepRef step, std::string_view name, const std::vector<Test>& when,
                const Extraction& x) {
  auto nothing = when;
  nothing.push_back(is::first);
  step.fault(name, std::move(nothing), {to::count(0)}, at(x.failed));
  auto some = when;
  some.push_back(!is::first);
  step.fault(name, std::move(some), {to::count_here, to::first_slot}, at(x.done));
}

std::vector<Effect> take_struct_page(Take take, Role role) {
  if (take == Take::get) return {to::get(role)};
  if (take == Take::pin) return {to::pin_page(role)};
  return {};
}

void listed(Builder& b, const Extraction& x) {
  b.step("page-array", x.function)
      .outcome("allocated", {}, {})
      .fault("no memory", {}, {to::count(0)}, at(x.failed));
  if (x.take == Take::none) {
    b.step("list-pages", x.function).always({}, at(x.done));
    return;
  }
  const auto top = b.fresh("extract");
  b.label(top);
  b.step("extract", x.function)
      .always(take_struct_page(x.take, Role::array), each_page(top, x.done));
}

}  // namespace pincheck
