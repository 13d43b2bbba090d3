// SPDX-License-Identifier: MIT
#include "properties/property.hpp"

namespace pincheck {
namespace {

bool violated(const System&, const World& world, const Event& event) {
  const Page& page = world.page[event.page];
  return page.has(kBuffersFs) && page.has(kCached) && !page.has(kPrivate);
}

}  // namespace

/// The ext4 crash that started it all (Kara, LSF/MM 2018; d824ec2a1546, cc5095747edf).
Property no_dirty_after_clean() {
  return {.id = PropertyId::no_dirty_after_clean,
          .name = "no-dirty-after-clean",
          .code = "STRIP",
          .holds_when = "nobody dirties a page whose buffers were already stripped",
          .events = {{EventKind::dirtied, Reads{.page = kBuffersFs | kCached | kPrivate}}},
          .violated = violated};
}

}  // namespace pincheck
