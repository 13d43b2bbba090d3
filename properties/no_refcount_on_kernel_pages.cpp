// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "properties/property.hpp"

namespace pincheck {
namespace {

/// The slab's own reference comes and goes with the object; every other one is wrong.
bool violated(const System&, const World& world, const Event& event) {
  return world.page[event.page].backing == Backing::kernel && event.as != Held::none;
}

std::string explain(const Finding& f) {
  return fmt::format(
      "{}() by {} takes a {} on slab page {}: it keeps the page, not the object, which "
      "kfree() gives to somebody else",
      f.function, f.actor(), f.event.as == Held::pin ? "pin" : "get", f.page());
}

}  // namespace

/// sendpage_ok() (include/linux/net.h); mm since 6.14 refuses such references altogether.
Property no_refcount_on_kernel_pages() {
  return {.id = PropertyId::no_refcount_on_kernel_pages,
          .name = "no-refcount-on-kernel-pages",
          .code = "SLAB",
          .holds_when = "slab pages are never gotten or pinned",
          .events = {{EventKind::acquired, Reads{.counters = true}}},
          .violated = violated,
          .explain = explain};
}

}  // namespace pincheck
