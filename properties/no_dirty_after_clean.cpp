// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "properties/property.hpp"

namespace pincheck {
namespace {

bool violated(const System&, const World& world, const Event& event) {
  const Page& page = world.page[event.page];
  return page.has(kBuffersFs) && page.has(kCached) && !page.has(kPrivate);
}

std::string explain(const Finding& f) {
  return fmt::format(
      "{} dirties page {}, whose buffers were stripped: ext4_dirty_folio() warns, and "
      "writeback skips the page, so the data is lost",
      f.actor(), f.page());
}

}  // namespace

/// The ext4 crash that started it all (Kara, LSF/MM 2018; d824ec2a1546, cc5095747edf).
Property no_dirty_after_clean() {
  return {.id = PropertyId::no_dirty_after_clean,
          .name = "no-dirty-after-clean",
          .code = "STRIP",
          .holds_when = "nobody dirties a page whose buffers were already stripped",
          .events = {{EventKind::dirtied, Reads{.page = kBuffersFs | kCached | kPrivate}}},
          .violated = violated,
          .explain = explain};
}

}  // namespace pincheck
