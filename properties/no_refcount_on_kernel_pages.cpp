// SPDX-License-Identifier: MIT
#include "properties/property.hpp"

namespace pincheck {
namespace {

/// The slab's own reference comes and goes with the object; every other one is wrong.
bool violated(const System&, const World& world, const Event& event) {
  return world.page[event.page].backing == Backing::kernel && event.as != Held::none;
}

}  // namespace

/// sendpage_ok() (include/linux/net.h); mm since 6.14 refuses such references altogether.
Property no_refcount_on_kernel_pages() {
  return {.id = PropertyId::no_refcount_on_kernel_pages,
          .name = "no-refcount-on-kernel-pages",
          .code = "SLAB",
          .holds_when = "slab pages are never gotten or pinned",
          .events = {{EventKind::acquired, Reads{.counters = true}}},
          .violated = violated};
}

}  // namespace pincheck
